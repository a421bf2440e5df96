import { words, type Category } from './categories.js';

/** The categories of the shop. No two share a kind, so titles never meet across categories. */
export const categories: readonly Category[] = [
  {
    name: 'Lighting',
    medianPrice: 62,
    priceSpread: 0.6,
    peakDay: 340,
    seasonStrength: 0.35,
    qualities: [
      words('Walnut, Brass, Heritage, Atelier'),
      words('Matt black, Aluminium, Loft, Slim'),
      words('Bamboo, Oak, Clay, Linen'),
      words('Mushroom, Coral, Striped, Rainbow'),
    ],
    kinds: words(
      'desk lamp, floor lamp, pendant light, wall sconce, table lamp, reading light, ceiling lamp, lamp shade, ceiling rose, lamp dimmer',
    ),
    consumables: [],
    uses: words(
      'for long evenings, for a dark corner, over the dining table, beside the bed, for reading late',
    ),
    tags: ['home', 'light'],
  },
  {
    name: 'Kitchen',
    medianPrice: 38,
    priceSpread: 0.7,
    peakDay: 345,
    seasonStrength: 0.15,
    qualities: [
      words('Copper, Enamel, Bistro, Farmhouse'),
      words('Brushed steel, Ceramic, Carbon, Studio'),
      words('Stone, Harvest, Orchard, Riverside'),
      words('Speckled, Sunny yellow, Polka-dot, Lemon'),
    ],
    kinds: words(
      'frying pan, saucepan, mixing bowl, cutting board, chef’s knife, pan lid, baking tin, salad bowl, spice rack, serving platter',
    ),
    consumables: [],
    uses: words(
      'for everyday cooking, for a table of eight, for slow Sunday meals, for the first own kitchen',
    ),
    tags: ['home', 'cooking'],
  },
  {
    name: 'Coffee and tea',
    medianPrice: 30,
    priceSpread: 0.6,
    peakDay: 15,
    seasonStrength: 0.3,
    qualities: [
      words('Viennese, Grand café, Heritage, Old harbour'),
      words('Nordic, Studio, Small-batch, Precision'),
      words('Forest, Highland, Mountain, Wild'),
      words('Breakfast, Sunday, Holiday, Honeycomb'),
    ],
    kinds: words(
      'espresso beans, filter coffee, green tea, black tea, herbal infusion, cold brew packs, espresso maker, teapot, coffee grinder, thermos mug',
    ),
    consumables: words(
      'espresso beans, filter coffee, green tea, black tea, herbal infusion, cold brew packs',
    ),
    uses: words(
      'for slow mornings, for the office kitchen, for a break in the afternoon, for guests who stay',
    ),
    tags: ['drinks', 'kitchen'],
  },
  {
    name: 'Garden',
    medianPrice: 32,
    priceSpread: 0.8,
    peakDay: 130,
    seasonStrength: 1,
    qualities: [
      words('Cottage, Manor, Orchard, Heritage'),
      words('Balcony, Compact, Rooftop, City'),
      words('Meadow, Organic, Willow, Woodland'),
      words('Sunflower, Ladybird, Hummingbird, Patchwork'),
    ],
    kinds: words(
      'watering can, raised bed, plant pot, pruning shears, garden chair, bird feeder, trellis, planter box, herb seeds, plant food',
    ),
    consumables: words('herb seeds, plant food'),
    uses: words(
      'for balcony and border, for the first warm days, for a garden full of bees, for a sunny wall',
    ),
    tags: ['outdoor', 'plants'],
  },
  {
    name: 'Camping',
    medianPrice: 74,
    priceSpread: 0.9,
    peakDay: 190,
    seasonStrength: 1,
    qualities: [
      words('Ranger, Expedition, Scout, Basecamp'),
      words('Ultralight, Trail, Alpine, Compact'),
      words('Meadow, Pine, Fjord, Heath'),
      words('Festival, Sunset, Firefly, Camper-van'),
    ],
    kinds: words(
      'tent, sleeping bag, sleeping mat, camping stove, backpack, camp chair, head torch, cooking set, ground sheet, gas cartridge',
    ),
    consumables: words('gas cartridge'),
    uses: words('for two nights out, for wet weekends, for long trails, for a week by the lake'),
    tags: ['outdoor', 'travel'],
  },
  {
    name: 'Snow sports',
    medianPrice: 88,
    priceSpread: 0.7,
    peakDay: 10,
    seasonStrength: 1.2,
    qualities: [
      words('Chamonix, Lodge, Alpine club, Tyrol'),
      words('Carbon, Aero, Race, Thermal'),
      words('Glacier, Larch, Summit, Tundra'),
      words('Neon, Polar bear, Retro, Snowflake'),
    ],
    kinds: words(
      'ski goggles, snow boots, ski gloves, sledge, snowshoes, ski jacket, base layer, ski poles, boot liners, goggle case',
    ),
    consumables: [],
    uses: words('for powder days, for icy mornings, for the first lift, for a winter walk'),
    tags: ['outdoor', 'winter'],
  },
  {
    name: 'Desk',
    medianPrice: 24,
    priceSpread: 0.8,
    peakDay: 250,
    seasonStrength: 0.5,
    qualities: [
      words('Oak, Clothbound, Library, Letterpress'),
      words('Grid, Anodised, Minimal, Studio'),
      words('Kraft, Ash, Cork, Linen'),
      words('Terrazzo, Confetti, Gingham, Comic'),
    ],
    kinds: words(
      'notebook, fountain pen, monitor stand, pen tray, desk pad, paper organiser, wall calendar, cable tray, bookend pair, pencil cup',
    ),
    consumables: words('notebook'),
    uses: words('for a tidy desk, for lists and plans, for working from home, for the new term'),
    tags: ['office', 'paper'],
  },
  {
    name: 'Games and toys',
    medianPrice: 29,
    priceSpread: 0.5,
    peakDay: 348,
    seasonStrength: 0.9,
    qualities: [
      words('Victorian, Varnished, Grandfather’s, Carousel'),
      words('Geometric, Abstract, Monochrome, Studio'),
      words('Maple, Meadow, Hedgehog, Woodland'),
      words('Dinosaur, Pirate, Space, Jungle'),
    ],
    kinds: words(
      'board game, puzzle, card game, building blocks, train set, plush animal, marble run, dice set, card sleeves, track extension',
    ),
    consumables: [],
    uses: words(
      'for rainy afternoons, for players from six to ninety, for a whole evening, for small hands',
    ),
    tags: ['family', 'play'],
  },
  {
    name: 'Bath and skin',
    medianPrice: 28,
    priceSpread: 0.5,
    peakDay: 40,
    seasonStrength: 0.1,
    qualities: [
      words('Lavender, Rose, Almond, Marseille'),
      words('Simple, Mineral, Daily, Nordic'),
      words('Sea-salt, Oat, Linden, Olive'),
      words('Mango, Bubble, Watermelon, Cloud'),
    ],
    kinds: words(
      'face cream, hand soap, shampoo bar, cleansing gel, body lotion, lip balm, bath towel, face cloth, soap dish, bath mat',
    ),
    consumables: words('face cream, hand soap, shampoo bar, cleansing gel, body lotion, lip balm'),
    uses: words('for every day, for dry winter skin, for a long bath, for sensitive skin'),
    tags: ['care', 'home'],
  },
  {
    name: 'Cycling',
    medianPrice: 46,
    priceSpread: 0.8,
    peakDay: 160,
    seasonStrength: 0.7,
    qualities: [
      words('Touring, Randonneur, Chrome, Club'),
      words('Velodrome, Gravel, Featherweight, Titanium'),
      words('Forest-road, Commuter, Coastal, Towpath'),
      words('Flamingo, Polka-dot, Tutti-frutti, Zebra'),
    ],
    kinds: words(
      'bicycle helmet, pannier, bicycle pump, rear light, handlebar bag, rain cape, bicycle lock, chain oil, helmet light, repair kit',
    ),
    consumables: words('chain oil'),
    uses: words(
      'for the way to work, for long days in the saddle, for city streets, for the coast road',
    ),
    tags: ['outdoor', 'mobility'],
  },
  {
    name: 'Wool and knitwear',
    medianPrice: 55,
    priceSpread: 0.7,
    peakDay: 325,
    seasonStrength: 0.8,
    qualities: [
      words('Aran, Fisherman, Tweed, Highland'),
      words('Studio, City, Charcoal, Fine-gauge'),
      words('Alpaca, Heather, Plant-dyed, Moorland'),
      words('Candy-stripe, Sherbet, Pom-pom, Patchwork'),
    ],
    kinds: words(
      'jumper, cardigan, beanie, scarf, mittens, wool coat, wool socks, knitting wool, knitting needles, garment brush',
    ),
    consumables: words('knitting wool'),
    uses: words(
      'for cold stations, for the first frost, for evenings with a window open, for years to come',
    ),
    tags: ['clothing', 'winter'],
  },
  {
    name: 'Pets',
    medianPrice: 34,
    priceSpread: 0.6,
    peakDay: 0,
    seasonStrength: 0,
    qualities: [
      words('Tartan, Country, Herringbone, Manor'),
      words('Loft, Metro, Slate, Nordic'),
      words('Meadow, Seagrass, Driftwood, Farmyard'),
      words('Banana, Bubblegum, Taco, Cactus'),
    ],
    kinds: words(
      'dog bed, cat tree, dog treats, cat food, dog leash, feeding bowl, chew toy, scratching mat, bed cover, travel crate',
    ),
    consumables: words('dog treats, cat food'),
    uses: words('for old friends, for muddy paws, for a quiet window, for fussy eaters'),
    tags: ['animals', 'home'],
  },
];
