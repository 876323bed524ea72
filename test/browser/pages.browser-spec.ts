import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StaffAdministration } from '@earshot/core/staff';
import type { Browser } from 'playwright-core';
import { type RunningEarshot, runEarshot } from '../e2e/running-earshot.js';
import { WatchedPage, openBrowser } from './watched-page.js';

/** Every page that Earshot itself shows, in a real browser: it works, asks nobody else, breaks no policy, and bars nobody. */
const [email, password] = ['ada@library.example', 'three or four good words'];
let earshot: RunningEarshot;
let browser: Browser;
let watched: WatchedPage;

beforeAll(async () => {
  [earshot, browser] = await Promise.all([runEarshot({ EARSHOT_ROLES: 'api' }), openBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await earshot.stop();
});
beforeEach(async () => {
  watched = await WatchedPage.open(browser, earshot.server.url);
});
afterEach(() => watched.close());

const expectClean = (): void => {
  expect(watched.errors).toEqual([]);
  expect([...watched.asked]).toEqual([earshot.server.url]);
};

const signIn = async (withPassword: string): Promise<void> => {
  await watched.page.goto('/sign-in');
  await watched.page.getByLabel('E-mail address').fill(email);
  await watched.page.getByLabel('Password').fill(withPassword);
  await watched.page.getByRole('button', { name: 'Sign in' }).click();
};

describe('the first visit', () => {
  it('makes the administrator by the link of the terminal, once', async () => {
    const { page } = watched;
    const link = new URL(earshot.server.setupUrl ?? '');
    await page.goto(link.href);
    await watched.picture('setup');
    expect(await watched.barriers()).toEqual([]);
    await page.getByLabel('Its name').fill('Ashford Public Library');
    await page.getByLabel('Your name').fill('Ada Librarian');
    await page.getByLabel('Your e-mail address').fill(email);
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('alert').waitFor();
    await watched.picture('setup-refused');
    expect(await watched.barriers()).toEqual([]);
    // What was typed is still there, but for the password.
    expect(await page.getByLabel('Its name').inputValue()).toBe('Ashford Public Library');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.waitForURL((url) => url.pathname !== '/setup');
    // A refused form is answered by 4xx, which browsers tell their console.
    expect(watched.errors.filter((error) => !/status of 4\d\d/.test(error))).toEqual([]);
    await page.goto(link.href);
    await page.getByLabel('Its name').fill('Another');
    await page.getByLabel('Your name').fill('Somebody Else');
    await page.getByLabel('Your e-mail address').fill('else@library.example');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('alert').waitFor();
    expect([...watched.asked]).toEqual([earshot.server.url]);
  });
});

describe('signing in', () => {
  it('is asked of whoever opens GraphiQL without it', async () => {
    await watched.page.goto('/graphiql');
    expect(new URL(watched.page.url()).pathname).toBe('/sign-in');
    await watched.picture('sign-in');
    expect(await watched.barriers()).toEqual([]);
    expectClean();
  });

  it('says what is wrong, in dark as well', async () => {
    await watched.page.emulateMedia({ colorScheme: 'dark' });
    await signIn('not the password');
    await watched.page.getByRole('alert').waitFor();
    await watched.picture('sign-in-refused-dark');
    expect(await watched.barriers()).toEqual([]);
    expect([...watched.asked]).toEqual([earshot.server.url]);
  });

  it('works with a keyboard alone', async () => {
    const { page } = watched;
    await page.goto('/sign-in');
    for (const typed of [email, password]) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(typed);
    }
    await watched.picture('sign-in-focus');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    expectClean();
  });

  it('is had back by the link for a new password, on a small screen', async () => {
    const { page } = watched;
    const { key } = await new StaffAdministration(earshot.owner).password(email);
    await page.setViewportSize({ width: 360, height: 640 });
    await page.goto(`/password?key=${key}`);
    await watched.picture('password-small');
    expect(await watched.barriers()).toEqual([]);
    await page.getByLabel('Password').fill(`${password} and more`);
    await page.getByRole('button', { name: 'Save and sign in' }).click();
    await page.waitForURL((url) => url.pathname !== '/password');
    expectClean();
    await new StaffAdministration(earshot.owner).password(email, password);
  });
});

describe('GraphiQL', () => {
  it('opens for whoever is signed in, from our own files under its policy, and runs a first query', async () => {
    const { page } = watched;
    await signIn(password);
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    await page.goto('/graphiql');
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.locator('.result-window').getByText('Ada Librarian').waitFor();
    await watched.picture('graphiql');
    await page.getByRole('button', { name: /Documentation Explorer/ }).click();
    await page.getByText('Root Types').waitFor();
    await watched.picture('graphiql-documentation');
    expectClean();
  });
});
