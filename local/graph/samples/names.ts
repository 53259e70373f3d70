/** Names as directories have them: accents, apostrophes, hyphens, other scripts, right-to-left. */
export interface SampleName {
  readonly given: string;
  readonly surname: string;
}

const latin: readonly (readonly [given: string, surname: string])[] = [
  ['Zoë', "O'Connor"],
  ['Łukasz', 'Wójcik'],
  ['Søren', 'Kjærgård'],
  ['François', "D'Aubigné"],
  ['Ana María', 'Núñez de la Peña'],
  ['Jürgen', 'Müller-Lüdenscheidt'],
  ['Þóra', 'Guðmundsdóttir'],
  ['Nguyễn Thị', 'Hồng Hạnh'],
  ['João', 'Conceição'],
  ['Siobhán', 'Ní Dhomhnaill'],
  ['Emre', 'Yıldırım'],
  ['Ágnes', 'Szűcs'],
  ['Priya', 'Subramaniam'],
  ['Olumide', 'Adébáyò'],
  ['Mia', 'Li'],
  ['Noah', 'van der Meer'],
  ['Ines', 'Keller'],
  ['Tom', 'Baker'],
  ['Grace', 'Hughes'],
  ['Marek', 'Dvořák'],
];

const otherScripts: readonly (readonly [given: string, surname: string])[] = [
  ['محمد', 'الأنصاري'],
  ['ليلى', 'حداد'],
  ['דָּוִד', 'בן־גוריון'],
  ['נועה', 'לוי'],
  ['美咲', '佐藤'],
  ['伟', '欧阳'],
  ['지민', '김'],
  ['Ольга', 'Щербакова'],
  ['Γεώργιος', 'Παπαδόπουλος'],
  ['สมชาย', 'ศรีสุข'],
];

const long: readonly [given: string, surname: string] = [
  'Maximiliana Konstantinovna Alexandrowna Theodora',
  'von Hohenstaufen-Wittelsbach zu Schwarzenberg und Oettingen-Wallerstein genannt Freifrau von der Heydte-Donnersmarck',
];

/** The name of the nth person: every tenth in another script, now and then a very long one. */
export function sampleName(n: number): SampleName {
  if (n % 97 === 41) return { given: long[0], surname: long[1] };
  const list = n % 10 === 7 ? otherScripts : latin;
  const given = list[n % list.length] ?? long;
  const surname = list[(n * 7 + Math.floor(n / list.length)) % list.length] ?? long;
  return { given: given[0], surname: surname[1] };
}
