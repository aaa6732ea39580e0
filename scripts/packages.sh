# Sourced: collects programs that are missing and installs their Debian packages when root.
wanted=()
want() { # PROGRAM-OR-FILE PACKAGE
    case "$1" in
        /*) [ -e "$1" ] || ldconfig -p 2>/dev/null | grep -q "$(basename "$1")" || wanted+=("$2") ;;
        *) command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || wanted+=("$2") ;;
    esac
}

install_wanted() {
    [ ${#wanted[@]} -gt 0 ] || return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing ${wanted[*]} ..." >&2
        if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}"; } >/dev/null 2>&1; then
            echo "could not install ${wanted[*]}; the tests that need them are skipped" >&2
        fi
    else
        echo "missing: ${wanted[*]}; install with: sudo apt-get install ${wanted[*]} (the tests that need them are skipped)" >&2
    fi
}
