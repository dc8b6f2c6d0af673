/**
 * A shell script that becomes Java with Node in it: same process, same descriptors, so signals, exit codes and channels of
 * `fork` need no help.
 *
 * @param {object} options
 * @param {string} options.java the program `java`
 * @param {string[]} options.options of its virtual machine
 * @returns {string}
 */
export function javetScript({ java, options }) {
  const command = [java, ...options].map(quote).join(' \\\n  ')
  return `#!/bin/sh
# Runs a script as node does, in a Node inside Java. "realm run" has written this file.

# Java takes the encoding of arguments and paths from the locale. The app gets back what it was.
case "\${LC_ALL:-\${LC_CTYPE:-\${LANG:-}}}" in
  *[Uu][Tt][Ff]8* | *[Uu][Tt][Ff]-8*) ;;
  *) export REALM_RUN_LC_ALL="\${LC_ALL:-}" LC_ALL=C.UTF-8 ;;
esac

# Java warns of the incubator module before any class of ours runs. Until then, stderr goes through a filter, and stands
# ready under another number.
early="\${TMPDIR:-/tmp}/realm-run-$$"
mkfifo "$early" || exit 1
(grep -v '^WARNING: Using incubator modules: jdk.incubator.vector$' <"$early" >&2 &)
for stderr in 9 8 7 6 5 4 3; do
  [ -e "/proc/$$/fd/$stderr" ] || break
done
eval "exec $stderr>&2"
exec 2>"$early"
rm "$early"

exec ${command} \\
  -Drealm.run.execPath="$0" -Drealm.run.stderr="$stderr" ai.realm.bridge.javet.RunApp "$@"
`
}

/** @param {string} word */
function quote(word) {
  return `'${word.replaceAll("'", "'\\''")}'`
}
