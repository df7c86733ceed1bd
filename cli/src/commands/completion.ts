import type { ArgDef } from "citty";
import { type Command, command, type Group } from "../command.ts";
import { globalArgs } from "../context.ts";
import { UsageError } from "../failure.ts";
import { quoted } from "../input.ts";

/** Words that may follow some words, with what they mean. */
type Words = { readonly after: string; readonly words: readonly (readonly [word: string, meaning: string])[] };

type Tree = Readonly<Record<string, Command | Group>>;

/** The command that prints completions of all commands, itself included; hence they are asked for late. */
export const completion = (commands: () => Tree): Command =>
  command({
    description: "Print completions for a shell",
    args: {
      shell: { type: "positional", required: true, description: "bash, zsh or fish", valueHint: "bash|zsh|fish" },
    },
    examples: [
      'eval "$(cardflow completion bash)"',
      "cardflow completion fish > ~/.config/fish/completions/cardflow.fish",
    ],
    run: async (_, { shell }) => {
      const write = shells.get(shell);
      if (write === undefined)
        throw new UsageError(`no completions are known for ${quoted(shell)}`, "Choose bash, zsh or fish.");
      const script = write(wordsOf(commands()));
      return { data: { shell, script }, text: () => script };
    },
  });

const wordsOf = (tree: Tree): readonly Words[] => [
  { after: "", words: Object.entries(tree).map(([name, { description }]) => [name, description]) },
  ...Object.entries(tree).flatMap(([name, item]): readonly Words[] =>
    item.kind === "command"
      ? [{ after: name, words: optionsOf(item) }]
      : [
          { after: name, words: Object.entries(item.commands).map(([verb, { description }]) => [verb, description]) },
          ...Object.entries(item.commands).map(([verb, leaf]) => ({
            after: `${name} ${verb}`,
            words: optionsOf(leaf),
          })),
        ],
  ),
];

const optionsOf = ({ args }: Command): readonly (readonly [string, string])[] =>
  Object.entries<ArgDef>({ ...args, ...globalArgs })
    .filter(([, { type }]) => type !== "positional")
    .map(([name, { description = "" }]) => [`--${name}`, description]);

const listOf = ({ words }: Words): string => words.map(([word]) => word).join(" ");

const casesOf = (words: readonly Words[], line: (entry: Words) => string): string =>
  words.map((entry) => `    "${entry.after}") ${line(entry)} ;;`).join("\n");

/** Words before the cursor that are no options, at most two: a noun and its verb. */
const bash = (words: readonly Words[]): string => `_cardflow() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path="" word found=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && break
    path="\${path:+$path }$word"
  done
  while :; do
    case "$path" in
${casesOf(words, (entry) => `found="${listOf(entry)}"`)}
    esac
    [[ -n $found || $path != *" "* ]] && break
    path="\${path% *}"
  done
  COMPREPLY=($(compgen -W "$found" -- "$cur"))
}
complete -o default -F _cardflow cardflow`;

const zsh = (words: readonly Words[]): string => `#compdef cardflow
_cardflow() {
  local line="" word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -* ]] && break
    line="\${line:+$line }$word"
  done
  while :; do
    case "$line" in
${casesOf(words, (entry) => `found=(${entry.words.map(([word, meaning]) => shellQuoted(`${word}:${meaning}`)).join(" ")})`)}
    esac
    [[ \${#found} -gt 0 || $line != *" "* ]] && break
    line="\${line% *}"
  done
  _describe cardflow found || _files
}
compdef _cardflow cardflow`;

const fish = (words: readonly Words[]): string =>
  words
    .flatMap(({ after, words: following }) =>
      following.map(([word, meaning]) => {
        const condition =
          after === ""
            ? "__fish_use_subcommand"
            : after
                .split(" ")
                .map((part) => `__fish_seen_subcommand_from ${part}`)
                .join("; and ");
        const kind = word.startsWith("--") ? `-l ${word.slice(2)}` : `-f -a ${word}`;
        return `complete -c cardflow -n ${shellQuoted(condition)} ${kind} -d ${shellQuoted(meaning)}`;
      }),
    )
    .join("\n");

const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const shells: ReadonlyMap<string, (words: readonly Words[]) => string> = new Map([
  ["bash", bash],
  ["zsh", zsh],
  ["fish", fish],
]);
