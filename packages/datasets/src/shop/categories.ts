/** The four looks an item can have; every user leans towards one or two of them. */
export const styles: readonly string[] = ['classic', 'modern', 'natural', 'playful'];

/** What one category of the shop is made of. */
export interface Category {
  readonly name: string;
  /** Median price in euros; prices are log-normal around it. Consumables and second halves of pairs cost 0.4 of it. */
  readonly medianPrice: number;
  /** Standard deviation of the logarithm of the price. */
  readonly priceSpread: number;
  /** Day of the year (0 to 364) on which demand is greatest. */
  readonly peakDay: number;
  /** Demand on the peak day is exp(2 × this) times the demand half a year later; 0 for no season. */
  readonly seasonStrength: number;
  /** First words of titles: one list a style, in the order of {@link styles}. */
  readonly qualities: readonly (readonly string[])[];
  /** What is sold. */
  readonly kinds: readonly string[];
  /** The kinds that are used up and bought again. */
  readonly consumables: readonly string[];
  /** Ends of the first sentence of descriptions. */
  readonly uses: readonly string[];
  /** Tags of the whole category. */
  readonly tags: readonly string[];
}

/** Kinds bought together: after an item of the first kind often follows one of the second, within days. */
export const kindComplements: readonly (readonly [first: string, then: string])[] = [
  ['desk lamp', 'lamp dimmer'],
  ['pendant light', 'ceiling rose'],
  ['frying pan', 'pan lid'],
  ['chef’s knife', 'cutting board'],
  ['espresso maker', 'espresso beans'],
  ['teapot', 'green tea'],
  ['raised bed', 'herb seeds'],
  ['watering can', 'plant food'],
  ['tent', 'ground sheet'],
  ['camping stove', 'gas cartridge'],
  ['snow boots', 'boot liners'],
  ['ski goggles', 'goggle case'],
  ['notebook', 'fountain pen'],
  ['monitor stand', 'cable tray'],
  ['board game', 'card sleeves'],
  ['train set', 'track extension'],
  ['face cream', 'cleansing gel'],
  ['bath towel', 'face cloth'],
  ['bicycle helmet', 'helmet light'],
  ['bicycle pump', 'repair kit'],
  ['knitting wool', 'knitting needles'],
  ['wool coat', 'garment brush'],
  ['dog bed', 'bed cover'],
  ['cat tree', 'scratching mat'],
];

/** The groups users come from, with the categories each likes above the others. */
export const segments: readonly {
  readonly name: string;
  readonly favourites: readonly string[];
}[] = [
  { name: 'nest builders', favourites: ['Lighting', 'Kitchen', 'Bath and skin'] },
  { name: 'outdoor people', favourites: ['Camping', 'Cycling', 'Snow sports'] },
  { name: 'hosts', favourites: ['Kitchen', 'Coffee and tea', 'Games and toys'] },
  { name: 'gardeners', favourites: ['Garden', 'Pets', 'Coffee and tea'] },
  { name: 'desk workers', favourites: ['Desk', 'Lighting', 'Cycling'] },
  { name: 'young families', favourites: ['Games and toys', 'Bath and skin', 'Pets'] },
  { name: 'makers', favourites: ['Wool and knitwear', 'Garden', 'Desk'] },
];

/** Where users live, with the offset of local time from UTC in hours and a share of the users. */
export const countries: readonly {
  readonly name: string;
  readonly hoursFromUtc: number;
  readonly share: number;
}[] = [
  { name: 'Portugal', hoursFromUtc: 0, share: 1 },
  { name: 'Ireland', hoursFromUtc: 0, share: 1 },
  { name: 'Germany', hoursFromUtc: 1, share: 4 },
  { name: 'France', hoursFromUtc: 1, share: 3 },
  { name: 'Poland', hoursFromUtc: 1, share: 2 },
  { name: 'Finland', hoursFromUtc: 2, share: 1 },
];

/** Second sentences of descriptions: one list a style, in the order of {@link styles}. */
export const styleSentences: readonly (readonly string[])[] = [
  [
    'Made the way it always was.',
    'A shape that has not aged in fifty years.',
    'Quiet, solid and easy to mend.',
  ],
  [
    'Clean lines and nothing to spare.',
    'Drawn with a ruler, made to the millimetre.',
    'Light, plain and precise.',
  ],
  [
    'Made of renewable materials, without plastic.',
    'Undyed and untreated.',
    'Every piece looks a little different.',
  ],
  [
    'Bright colours for grey days.',
    'Made to be smiled at.',
    'Serious about its work, not about its looks.',
  ],
];

/** First names of users. */
export const firstNames: readonly string[] = words(
  'Ada, Alma, Anton, Aoife, Béla, Bruno, Carla, Ciara, David, Edda, Elias, Emil, Filip, Greta, Hanna, Helmi, Ines, Ivo, Jakub, Joana, Jonas, Kalle, Klara, Lea, Louis, Luca, Maja, Marek, Marta, Mila, Niamh, Noah, Olga, Oskar, Paula, Pedro, Rosa, Rui, Saara, Samuel, Sophie, Theo, Tilda, Vera, Yann, Zofia',
);

/** Last names of users. */
export const lastNames: readonly string[] = words(
  'Almeida, Bauer, Bernard, Byrne, Carvalho, Dubois, Fischer, Fontaine, Heikkinen, Hoffmann, Kaczmarek, Keller, Korhonen, Kowalska, Lambert, Lehtonen, Lindner, Mazur, Mercier, Moreau, Murphy, Nowak, Pereira, Roche, Santos, Schuster, Sousa, Sullivan, Virtanen, Vogel, Walsh, Wagner, Wiśniewska, Zielińska',
);

/** The words of a list separated by ", ". */
export function words(list: string): readonly string[] {
  return list.split(', ');
}
