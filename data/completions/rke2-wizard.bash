# shellcheck shell=bash
# Completion of rke2-wizard for bash.

_rke2_wizard() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' i options
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    plan | check | install | reset | nodes | status | kubeconfig | bundle)
      command=${COMP_WORDS[i]}
      break
      ;;
    esac
  done
  COMPREPLY=()
  case $previous in
  -f | --file | -o | --output | --report | --requirements)
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
    ;;
  --lang)
    mapfile -t COMPREPLY < <(compgen -W 'en zh_CN' -- "$word")
    return
    ;;
  --only)
    mapfile -t COMPREPLY < <(compgen -W 'dns hosts ports' -- "$word")
    return
    ;;
  --timeout | --name-server | --override | --host | --confirm) return ;;
  esac
  case $command in
  '')
    options='plan check install reset nodes status kubeconfig bundle -f --file --plain --name-server --requirements'
    options+=' --accept-new-host-keys --timeout --lang --help --version'
    ;;
  plan) options='-f --file --json --lang --help' ;;
  status) options='-f --file -w --watch --json --lang --help' ;;
  reset)
    options='-f --file --host --dry-run --force --confirm --take-over --json'
    options+=' --accept-new-host-keys --lang --help'
    ;;
  check)
    options='-f --file --only --name-server --requirements --report --fix -y --yes -w --watch'
    options+=' --timeout --json --accept-new-host-keys --lang --help'
    ;;
  install)
    options='-f --file -y --yes --override --name-server --requirements --report --json'
    options+=' --take-over --accept-new-host-keys --timeout --lang --help'
    ;;
  nodes) options='-f --file -w --watch --accept-new-host-keys --lang --help' ;;
  kubeconfig | bundle) options='-f --file -o --output -y --yes --accept-new-host-keys --lang --help' ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
}
complete -F _rke2_wizard rke2-wizard
