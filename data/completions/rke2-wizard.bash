# shellcheck shell=bash
# Completion of rke2-wizard for bash.

_rke2_wizard() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' i options
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    plan | check | install | nodes | status | kubeconfig)
      command=${COMP_WORDS[i]}
      break
      ;;
    esac
  done
  COMPREPLY=()
  case $previous in
  -f | --file | -o | --output)
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
    ;;
  --lang)
    mapfile -t COMPREPLY < <(compgen -W 'en zh_CN' -- "$word")
    return
    ;;
  --timeout) return ;;
  esac
  case $command in
  '') options='plan check install nodes status kubeconfig --lang --help --version' ;;
  plan | status) options='-f --file --json --lang --help' ;;
  check) options='-f --file --json --accept-new-host-keys --lang --help' ;;
  install) options='-f --file -y --yes --json --accept-new-host-keys --timeout --lang --help' ;;
  nodes) options='-f --file -w --watch --accept-new-host-keys --lang --help' ;;
  kubeconfig) options='-f --file -o --output -y --yes --accept-new-host-keys --lang --help' ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
}
complete -F _rke2_wizard rke2-wizard
