/**
 * Scripts that let a shell complete the command line. They are made from the commands as they are declared and hold everything,
 * so pressing Tab starts no program. Whatever is not in them is completed as the name of a file.
 */
import type { Command, Option } from 'commander';

export type Shell = 'bash' | 'zsh' | 'fish';

/** What may be chosen, by the name of a command or of a flag. */
export type Choices = { readonly [name: string]: readonly string[] };

interface Flag {
  readonly name: string;
  readonly help: string;
  readonly takesValue: boolean;
  readonly values: readonly string[];
  /** Whether it takes several of the values, separated by commas. */
  readonly isList: boolean;
}

interface Completed {
  readonly name: string;
  readonly help: string;
  readonly flags: readonly Flag[];
  /** What its argument may be, when that can be listed. */
  readonly values: readonly string[];
}

/** The script of a shell. The choices are those for the argument of a command, and for flags that take lists. */
export function completionScript(
  winnow: Command,
  shell: Shell,
  { commands, lists }: { readonly commands: Choices; readonly lists: Choices },
): string {
  const help = winnow.createHelp();
  const arguments_: Choices = { ...commands, help: winnow.commands.map((command) => command.name()) };
  const flagsOf = (command: Command): Flag[] => help.visibleOptions(command).map((option) => flagOf(option, lists));
  const completed = help.visibleCommands(winnow).map((command) => ({
    name: command.name(),
    help: command.description(),
    flags: flagsOf(command),
    values: arguments_[command.name()] ?? [],
  }));
  return { bash, zsh, fish }[shell](completed, flagsOf(winnow));
}

function flagOf({ long, flags, description, required, optional, argChoices }: Option, lists: Choices): Flag {
  const name = long ?? flags;
  const values = lists[name] ?? argChoices ?? [];
  return { name, help: description, takesValue: required || optional, values, isList: name in lists };
}

/** For versions from 3 on, which is what macOS has. */
function bash(commands: readonly Completed[], flagsOfAll: readonly Flag[]): string {
  const reply = (words: readonly string[]) => `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur"))`;
  const replyNext = (words: readonly string[]) => `COMPREPLY=($(compgen -P "$list" -W '${words.join(' ')}' -- "\${cur##*,}"))`;
  const valued = commands.flatMap(({ name, flags }) =>
    flags
      .filter(({ values }) => values.length > 0)
      .map((flag) => `    '${name} ${flag.name}') ${flag.isList ? replyNext(flag.values) : reply(flag.values)}; return ;;`),
  );
  return `# winnow completion bash
_winnow() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" flag="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    case "$cur" in
      -*) ${reply(flagsOfAll.map(({ name }) => name))} ;;
      *) ${reply(commands.map(({ name }) => name))} ;;
    esac
    return
  fi
  # Of --flag=value bash makes three words.
  if [ "$cur" = = ]; then
    cur=
  elif [ "$flag" = = ]; then
    flag="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  local list="\${cur%"\${cur##*,}"}"
  case "\${COMP_WORDS[1]} $flag" in
${valued.join('\n')}
  esac
  case "\${COMP_WORDS[1]} $cur" in
${commands.map(({ name, flags }) => `    '${name} '-*) ${reply(flags.map((flag) => flag.name))} ;;`).join('\n')}
${commands
  .filter(({ values }) => values.length > 0)
  .map(({ name, values }) => `    '${name} '*) ${reply(values)} ;;`)
  .join('\n')}
  esac
}
complete -o bashdefault -o default -F _winnow winnow
`;
}

/** For ~/.zshrc, and for a file `_winnow` in a folder of $fpath, which zsh reads when Tab is pressed for the first time. */
function zsh(commands: readonly Completed[], flagsOfAll: readonly Flag[]): string {
  const within = (text: string) => text.replace(/[[\]:\\]/g, '\\$&').replaceAll("'", "'\\''");
  const choice = (values: readonly string[]) => (values.length > 0 ? `(${values.join(' ')})` : '_files');
  const flag = ({ name, help, takesValue, values, isList }: Flag) => {
    const value = isList ? `_sequence compadd - ${values.join(' ')}` : choice(values);
    return `'*${name}${takesValue ? '=' : ''}[${within(help)}]${takesValue ? `:value:${value}` : ''}'`;
  };
  const one = ({ name, flags, values }: Completed) =>
    `    ${name}) _arguments ${flags.map(flag).join(' ')} '*:argument:${choice(values)}' ;;`;
  return `#compdef winnow
# winnow completion zsh
_winnow() {
  if (( CURRENT == 2 )) && [[ $words[2] == -* ]]; then
    _arguments ${flagsOfAll.map(flag).join(' ')}
    return
  fi
  if (( CURRENT == 2 )); then
    local -a commands=(${commands.map(({ name, help }) => `'${name}:${within(help)}'`).join(' ')})
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${commands.map(one).join('\n')}
  esac
}
if [[ \${funcstack[1]-} == _winnow ]]; then
  _winnow "$@"
else
  # Only where nothing has set completion up before.
  (( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit -i; }
  compdef _winnow winnow
fi
`;
}

/** By the first word: fish's own `__fish_seen_subcommand_from` takes a folder that is called like a command for one. */
function fish(commands: readonly Completed[], flagsOfAll: readonly Flag[]): string {
  const text = (given: string) => `'${given.replace(/[\\']/g, '\\$&')}'`;
  const flagLine = (here: string, { name, help, takesValue, values, isList }: Flag) => {
    const words = values.join(' ');
    const choices = values.length === 0 ? ' -r' : ` -x -a ${text(isList ? `(__winnow_list ${words})` : words)}`;
    return `${here} -l ${name.replace(/^--/, '')}${takesValue ? choices : ''} -d ${text(help)}`;
  };
  const first = `complete -c winnow -n '__winnow_command_is ""'`;
  const lines = commands.flatMap(({ name, help, flags, values }) => {
    const here = `complete -c winnow -n ${text(`__winnow_command_is ${name}`)}`;
    return [
      `${first} -f -a ${name} -d ${text(help)}`,
      ...(values.length > 0 ? [`${here} -f -a ${text(values.join(' '))}`] : []),
      ...flags.map((flag) => flagLine(here, flag)),
    ];
  });
  return `# winnow completion fish
function __winnow_command_is
  set -l words (commandline -opc)
  test "$words[2]" = "$argv[1]"
end
function __winnow_list
  set -l before (commandline -ct | string replace -r '^--[^=]*=' '' | string replace -r '[^,]*$' '')
  printf '%s\\n' "$before"$argv
end
${flagsOfAll.map((flag) => flagLine(first, flag)).join('\n')}
${lines.join('\n')}
`;
}
