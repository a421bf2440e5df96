// Opens pages one after the other, each in a new browser, and prints their outcomes. Arguments: the browser, URLs.
import { chromium } from 'playwright-core';

const [executablePath, ...urls] = process.argv.slice(2);
const outcomes = [];
for (const url of urls) {
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const page = await browser.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(url);
  await page.waitForFunction(() => document.title === 'done', null, { timeout: 60_000 });
  const found = JSON.parse(await page.textContent('body'));
  const cores = await page.evaluate(() => navigator.hardwareConcurrency);
  outcomes.push({ ...found, cores, problems: [...found.problems, ...problems] });
  await browser.close();
}
console.log(JSON.stringify(outcomes));
