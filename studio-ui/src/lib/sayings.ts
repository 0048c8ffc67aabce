/** What the program says, in Japanese: its usual sentences by their form; what has no rule stays as the program says it. */
import glossary from './glossary.ja.json';
import { words } from './i18n.svelte';
import { OF_REFUSALS, OF_WORK, saidBy, type Rule } from './work_sayings';

const UNITS: Record<string, string> = glossary.units;

const OF_CHECK: Rule[] = [
  [/^nothing$/, () => '記載なし'],
  [/^nothing here$/, () => '何も記載しない'],
  [/^text$/, () => '文字列'],
  [/^a list$/, () => 'リスト'],
  [/^an empty list$/, () => '空のリスト'],
  [/^a mapping$/, () => 'キーと値の組'],
  [/^one entry or more$/, () => '1 件以上'],
  [/^no such file$/, () => 'ファイルなし'],
  [/^a readable file$/, () => '読めるファイル'],
  [/^shares that add to 1$/, () => '合計が 1 になる割合'],
  [/^a sum of (.+)$/, (sum) => `合計 ${sum}`],
  [/^the (unknown )?key (.+)$/, (unknown, key) => `${unknown ? '未知の' : ''}キー ${key}`],
  [/^the unknown column (.+)$/, (column) => `未知の列 ${column}`],
  [/^the path (.+)$/, (path) => `パス ${path}`],
  [/^the path of a value$/, () => '値のパス'],
  [/^the text (.+)$/, (text) => `文字列 ${text}`],
  [/^(.+) in place of (.+)$/, (right, wrong) => `${wrong} ではなく ${said(right)}`],
  [/^(.+) \(the nearest of (.+)\)$/, (near, all) => `${said(near)}（${all.replace(/^(\d+) names$/, '$1 件')} のうち最も近いもの）`],
  [/^one of (.+) and (\d+) more$/, (names, more) => `${names} ほか ${more} 件のいずれか`],
  [/^one of (.+)$/, (names) => `${names} のいずれか`],
  [/^an id of its own \(line (\d+) has it too\)$/, (line) => `他と異なる識別名（${line} 行目にもあります）`],
  [/^(.+) a second time$/, (id) => `${id} の重複`],
  [/^it once \(line (\d+)\)$/, (line) => `1 回だけ（${line} 行目）`],
  [/^valid YAML$/, () => '正しい YAML'],
  [/^a date such as (.+)$/, (date) => `${date} のような日付`],
  [/^a year such as (.+)$/, (year) => `${year} のような年`],
  [/^a date in the calendar, after (\S+) and before (\S+)$/, (from, to) => `${from} より後で ${to} より前の日付`],
  [/^a date from the start (\S+) to the deadline (\S+)$/, (from, to) => `開始日 ${from} から期限 ${to} までの日付`],
  [/^a date from (\S+) to (\S+)$/, (from, to) => `${from} から ${to} までの日付`],
  [/^(\S+) or later, (\d+) days after the deadline$/, (date, days) => `期限の ${days} 日後にあたる ${date} 以降の日付`],
  [/^a fiscal year from (\S+) to (\S+)$/, (from, to) => `${from} から ${to} までの会計年度`],
  [/^a country's two capital letters \(ISO 3166\) such as (\w+)$/, (code) => `国を表す英大文字 2 字（ISO 3166、例 ${code}）`],
  [/^a currency's three capital letters \(ISO 4217\) such as (\w+)$/, (code) => `通貨を表す英大文字 3 字（ISO 4217、例 ${code}）`],
  [/^the code of a currency in use \(ISO 4217\) such as (\w+)$/, (code) => `使用中の通貨のコード（ISO 4217、例 ${code}）`],
  [/^the first day of a month as MM-01, such as (.+)$/, (day) => `MM-01 の形の月の初日（例 ${day}）`],
  [/^lower-case letters, digits and _, beginning with a letter$/, () => '英小文字、数字、_ からなり英小文字で始まる名前'],
  [/^the id of an area: (.+)$/, (names) => `海域の識別名：${said(names)}`],
  [/^the id of (?:a|another) platform: (.+)$/, (names) => `機種の識別名：${said(names)}`],
  [/^a name in targets: (.+)$/, (names) => `対象の名前：${said(names)}`],
  [/^a class of operations\.classes: (.+)$/, (names) => `機体区分の名前：${said(names)}`],
  [/^a currency with a rate in exchange\.start: (.+)$/, (names) => `予算レートのある通貨：${said(names)}`],
  [/^no (\w+): (\w+) takes (.+)$/, (field, measure, needed) => `${field} は不要（${measure} が用いるのは ${needed}）`],
  [/^no (\w+): counts is (\w+)$/, (field, counts) => `${field} は不要（counts は ${counts}）`],
  [/^a value, which (\w+) needs$/, (measure) => `${measure} に必要な値`],
  [/^a number, which identification of it needs \[h\]$/, () => '識別に必要な数値 [時間]'],
  [/^a number of at most high, (\S+)$/, (high) => `high（${high}）以下の数値`],
  [/^a number from low, (\S+), to high, (\S+)$/, (low, high) => `low（${low}）以上 high（${high}）以下の数値`],
  [/^(?:a|an) (whole |finite )?number(?: (.+?))?(?: \[(.+)\])?$/, (kind, limits, unit) => numberSaid(kind, limits, unit)],
];

const LIMITS: [RegExp, string][] = [
  [/from (\S+) to (\S+)/, '$1 以上 $2 以下の'],
  [/equal to (\S+)/, '$1 に等しい'],
  [/above (\S+)/, '$1 を超える'],
  [/of at least (\S+)/, '$1 以上の'],
  [/below (\S+)/, '$1 未満の'],
  [/of at most (\S+)/, '$1 以下の'],
];

function numberSaid(kind: string, limits: string, unit: string): string {
  const noun = kind === 'whole ' ? '整数' : kind === 'finite ' ? '有限の数値' : '数値';
  const parts = limits ? limits.split(' and ').map((limit) => LIMITS.reduce((text, [form, said]) => text.replace(form, said), limit)) : [];
  return `${parts.join('、')}${noun}${unit ? ` [${UNITS[unit] ?? unit}]` : ''}`;
}

const RULES: Rule[] = [...OF_WORK, ...OF_REFUSALS, ...OF_CHECK];

/** A part of a fault, what work tells of itself or a refusal, in Japanese. */
export const said = (text: string): string => saidBy(RULES, text) ?? text;

/** Where a fault is, in Japanese: `要求 9 の at_least`, `tb2 の domain`. */
export function placeSaid(where: string): string {
  const requirement = /^(?:(\w+) of )?requirement (\d+)$/.exec(where);
  if (requirement) return requirement[1] ? `要求 ${requirement[2]} の ${requirement[1]}` : `要求 ${requirement[2]}`;
  const cell = /^(\w+) of (.+)$/.exec(where);
  return cell ? `${cell[2]} の ${cell[1]}` : where;
}

/** What the program says, in the reader's language. */
export const inLanguage = (text: string): string => (words.language === 'ja' ? said(text) : text);
export const placeInLanguage = (where: string): string => (words.language === 'ja' ? placeSaid(where) : where);
