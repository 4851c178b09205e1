# SPDX-License-Identifier: Apache-2.0
# The waiter of one container: starts its process, waits for it and for its whole process group, and
# leaves the exit status behind, also when the controller that started it is long gone.
#
#   sh wrapper.sh DIRECTORY GROUP LIFELINE GRACE COMMAND...
#
#   GROUP     the setsid command, or "-" where there is none: the process then has no group of its
#             own, and nobody can see whether all of it has ended
#   LIFELINE  "stdin": end the process when standard input ends; "none": don't
#   GRACE     tenths of a second between asking (TERM) and making (KILL) in that case
#
# First line on standard output: the process id. File "exit", written at once: the exit status, and
# what is left of the group: 0 nothing, 1 something that can't be killed, - unknown.
#
# "kill -s NAME -- -GROUP" is the one form that dash and bash both read as a process group.
dir=$1 group=$2 lifeline=$3 grace=$4
shift 4
exec 3<&0 </dev/null

# Until setsid has run the group is not there, and a signal to it would be lost.
signal() {
  { [ "$group" != - ] && kill -s "$1" -- "-$child"; } || kill -s "$1" -- "$child"
}

if [ "$group" = - ]; then
  "$@" <&3 3<&- >>"$dir/stdout.log" 2>>"$dir/stderr.log" &
  child=$!
else
  "$group" "$@" <&3 3<&- >>"$dir/stdout.log" 2>>"$dir/stderr.log" &
  child=$!
fi
# Whoever ends the waiter means the process.
trap 'signal TERM 2>/dev/null' TERM INT HUP QUIT
trap '' PIPE

watcher=
if [ "$lifeline" = stdin ]; then
  (
    while read -r _; do :; done
    signal TERM
    while [ "$grace" -gt 0 ] && signal 0; do
      sleep 0.1
      grace=$((grace - 1))
    done
    signal KILL
  ) <&3 3<&- >/dev/null 2>&1 &
  watcher=$!
fi
exec 3<&-
echo "$child"
exec >/dev/null

# A signal to the waiter ends "wait" early; a process that was waited for can't be signalled.
while :; do
  wait "$child" 2>/dev/null
  status=$?
  kill -s 0 -- "$child" 2>/dev/null || break
done

left=-
if [ "$group" != - ]; then
  left=0
  tries=10
  # What the process started goes with it. Zombies that nobody has waited for are counted too; the
  # controller, who can tell them apart, looks again at what is left.
  while kill -s KILL -- "-$child" 2>/dev/null; do
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ]; then
      left=1
      break
    fi
    sleep 0.02
  done
fi
[ -z "$watcher" ] || kill -s TERM -- "$watcher" 2>/dev/null
echo "$status $left" >"$dir/exit.tmp" && mv -f "$dir/exit.tmp" "$dir/exit"
exit "$status"
