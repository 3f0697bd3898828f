# shellcheck shell=bash
# Completion of rke2-wizard for bash. Written by “rke2-wizard completion”; not to be edited.

_rke2_wizard() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command='' words='' i
  COMPREPLY=()
  # bash takes --name=value for three words.
  if [[ $word == = ]]; then
    word=''
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    plan | check | install | reset | nodes | status | kubeconfig | bundle | export | completion)
      command=${COMP_WORDS[i]}
      break
      ;;
    esac
  done
  case $previous in
  -f | --file | -o | --output | --requirements | --report)
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
    ;;
  --only)
    mapfile -t COMPREPLY < <(compgen -W 'dns hosts ports' -- "$word")
    return
    ;;
  --lang)
    mapfile -t COMPREPLY < <(compgen -W 'en zh_CN' -- "$word")
    return
    ;;
  --timeout | --name-server | --override | --host | --confirm) return ;;
  esac
  case $command in
  '') words='plan check install reset nodes status kubeconfig bundle export completion -f --file --accept-new-host-keys --timeout --name-server --requirements --report --plain --mouse --lang -h --help --version' ;;
  plan) words='-f --file --json --lang -h --help' ;;
  check) words='-f --file -y --yes --json -w --watch --accept-new-host-keys --timeout --only --fix --name-server --requirements --report --lang -h --help' ;;
  install) words='-f --file -y --yes --json --accept-new-host-keys --timeout --name-server --requirements --report --override --dry-run --take-over --allow-restart --lang -h --help' ;;
  reset) words='-f --file --json --accept-new-host-keys --host --dry-run --force --confirm --take-over --lang -h --help' ;;
  nodes) words='-f --file -w --watch --accept-new-host-keys --lang -h --help' ;;
  status) words='-f --file --json -w --watch --lang -h --help' ;;
  kubeconfig) words='-f --file -o --output -y --yes --accept-new-host-keys --lang -h --help' ;;
  bundle) words='-f --file -o --output -y --yes --accept-new-host-keys --lang -h --help' ;;
  export) words='-f --file -o --output -y --yes --lang -h --help' ;;
  completion) words='bash zsh fish --lang -h --help' ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _rke2_wizard rke2-wizard
