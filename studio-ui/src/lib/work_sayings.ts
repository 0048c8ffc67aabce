/** What work tells of itself and why something is refused, in Japanese, by the form of the sentence. */
export type Rule = [form: RegExp, said: (...parts: string[]) => string];

/** Parts of a frontier, a comparison and an explanation. */
const TASKS: Rule[] = [
  [/^open competition$/, () => '制約なし'],
  [/^the money that (.+) costs$/, (name) => `${name} の制約に要する追加予算`],
  [/^(\d+)% of the budget$/, (share) => `予算の ${share}%`],
  [/^(\d+)% of the budget, risk weight (\S+)$/, (share, weight) => `予算の ${share}%（リスクの重み ${weight}）`],
  [/^why no (.+)$/, (name) => `${name} を調達しない理由`],
  [/^what more money buys$/, () => '追加予算の使いみち'],
  [/^a first look at (\d+) ranges$/, (n) => `${n} 件の値の幅の一次調査`],
  [/^(.+) at its best$/, (name) => `${name} を最良の値とした場合`],
  [/^a plan as good that looks different \((\d+) of (\d+)\)$/, (k, n) => `同等で内容の異なる計画（${n} 件中 ${k} 件目）`],
  [/^learning the run's corrections again$/, () => '補正値の再学習'],
];

const LEFT: Rule[] = [
  [/^about (.+) s left$/, (n) => `残り約 ${n} 秒`],
  [/^about (.+) min left$/, (n) => `残り約 ${n} 分`],
  [/^about (.+) h left$/, (n) => `残り約 ${n} 時間`],
];

const by = (rules: readonly Rule[]) => (text: string): string => saidBy(rules, text) ?? text;
const task = by(TASKS);
const left = by(LEFT);

export const OF_WORK: Rule[] = [
  [/^measuring areas and routes$/, () => '海域と経路を計測中'],
  [/^compiling the simulation(?: that keeps a log)?, once after installation \(some (\d+) s\)$/, (s) => `模擬の準備中（導入後に一度だけ、約 ${s} 秒）`],
  [/^round (\d+): choosing craft$/, (n) => `第 ${n} 回：機種と数量を選定中`],
  [/^round (\d+): simulating the fleet$/, (n) => `第 ${n} 回：船隊を模擬中`],
  [/^choosing what to leave for after the news$/, () => '情報が判明した後に決める分を選定中'],
  [/^simulating the fleet of a typical future$/, () => '典型的な将来での船隊を模擬中'],
  [/^calibrating the chosen plan$/, () => '選定した計画を較正中'],
  [/^adapting the orders to each future's news$/, () => '各将来で判明する情報に発注を合わせています'],
  [/^judging the plan in fresh futures$/, () => '選定に用いていない将来で計画を評価中'],
  [/^solving on fresh samples of futures$/, () => '別の将来の標本で最適化中'],
  [/^asking what it is worth to know beforehand$/, () => '事前に知ることの価値を算定中'],
  [/^planning on likely values, for comparison$/, () => '比較のため最も起こりやすい値で計画中'],
  [/^playing one year event by event$/, () => '一年を事象ごとに模擬中'],
  [/^judging what each fact does to the plan before$/, () => '各事実が以前の計画に及ぼす影響を評価中'],
  [/^looking for any plan$/, () => '条件を満たす計画を探索中'],
  [/^putting the points together$/, () => '各点の結果を集約中'],
  [/^trying the outputs$/, () => '出力先を確認中'],
  [/^writing the report$/, () => '報告書を作成中'],
  [/^writing the page$/, () => '説明のページを作成中'],
  [/^(\d+) of (\d+) done; (.*)$/, (done, of, names) => `${of} 件中 ${done} 件完了${names ? `：${named(names).map(task).join('、')}` : ''}`],
  [/^([\d,]+) of ([\d,]+) (\w[\w ]*); (about .+ left)$/, (done, of, _what, rest) => `${of} 件中 ${done} 件、${left(rest)}`],
  [/^another process is at work on (.+); waiting for it$/, (name) => `別の処理が ${name} を使用中のため、待っています`],
];

export const OF_REFUSALS: Rule[] = [
  [/^there is no scenario (.+)$/, (id) => `シナリオ ${id} はありません`],
  [/^there is no run (.+) whose manifest can be read$/, (name) => `実行結果 ${name} の記録を読めません`],
  [/^there is no trace in run (.+): no year of it was followed event by event$/, (name) => `実行結果 ${name} には事象ごとの記録がありません`],
  [/^there is no file (.+) in run (.+) that can be read$/, (file, name) => `実行結果 ${name} のファイル ${file} を読めません`],
  [/^there is no file (.+) in run (.+)$/, (file, name) => `実行結果 ${name} にファイル ${file} はありません`],
  [/^there is no point (.+) of run (.+)$/, (key, name) => `実行結果 ${name} に点 ${key} はありません`],
  [/^there is no run (.+)$/, (name) => `実行結果 ${name} はありません`],
  [/^there is no job (.+)$/, (id) => `作業 ${id} はありません`],
  [/^there is no case (.+)$/, (name) => `ケース ${name} はありません`],
  [/^another process is at work on (.+)$/, (name) => `別の処理が ${name} を使用中です`],
  [/^(.+): another process is at work on it; nothing was removed$/, (name) => `別の処理が ${name} を使用中のため、削除しませんでした`],
  [/^(.+) exists already: choose another name$/, (name) => `${name} は既にあります。別の名前を指定してください`],
  [/^'(.*)' is no name: 1 to 40 lower-case letters, digits and -, no - first$/, (name) => `「${name}」は名前に使えません。英小文字、数字、- を 40 字以内で、先頭は - 以外としてください`],
  [/^(.+) is not a scenario of the workspace and is not removed here$/, (id) => `${id} は作業フォルダのシナリオではないため、ここでは削除できません`],
  [/^(.+) was changed elsewhere meanwhile: load it again$/, (id) => `${id} は他の画面または処理で変更されました。読み込み直してください`],
  [/^there is nothing to undo$/, () => '元に戻す変更はありません'],
  [/^there is nothing to do again$/, () => 'やり直す変更はありません'],
  [/^save it anyway, or discard the draft; either can be undone$/, () => 'このまま保存するか、下書きを破棄してください。どちらも元に戻せます'],
  [/^(\d+) jobs are queued already: wait, or cancel some$/, (n) => `既に ${n} 件の作業が待機中です。待つか、いくつか中止してください`],
  [/^the job is (\w+), expected one that has ended: cancel it first$/, () => 'この作業は終わっていません。先に中止してください'],
  [/^the job is (\w+), expected one that is queued or running$/, () => 'この作業は既に終わっています'],
  [/^the job is (\w+), expected one that was cancelled or interrupted$/, () => 'この作業は再開できる状態ではありません'],
  [/^what was sent is too large, expected at most (\d+) MiB$/, (size) => `送信した内容が大きすぎます（上限 ${size} MiB）`],
  [/^found no token, expected the address with the token that was printed at the start$/, () => '認証情報がありません。起動時に表示されたアドレスで開き直してください'],
];

/** A list of names with commas in them, of which each begins a name that is known. */
function named(names: string): string[] {
  return names.split(/, (?!risk weight )/);
}

export function saidBy(rules: readonly Rule[], text: string): string | null {
  for (const [form, said] of rules) {
    const found = form.exec(text);
    if (found) return said(...found.slice(1).map((part) => part ?? ''));
  }
  return null;
}
