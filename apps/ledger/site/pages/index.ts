import type { Page } from '../frame/visit.js';
import { auditPage } from './audit.page.js';
import { awardPage, awardsPage, grantsPage, recipientPage, recipientsPage } from './awards.pages.js';
import { bodiesPage, bodyPage } from './bodies.pages.js';
import { decisionPage } from './decision.page.js';
import { decisionsPage } from './decisions.pages.js';
import { figuresPage } from './figures.page.js';
import { erasuresPage } from './erasures.page.js';
import { envelopePage, fundPage, fundsPage } from './funds.pages.js';
import { homePage, installationPage } from './home.page.js';
import { assemblyPage, drawPage, dutiesPage, roundPage, roundsPage } from './participation.pages.js';
import { anyEntryPage, changesPage, checkPage, entriesPage, entryPage, historyPage } from './record.pages.js';
import { searchPage } from './search.page.js';

/** Every public page. */
export const everyPage: readonly Page[] = [
  installationPage,
  auditPage,
  homePage,
  fundsPage,
  fundPage,
  envelopePage,
  bodiesPage,
  bodyPage,
  decisionsPage,
  decisionPage,
  awardsPage,
  awardPage,
  recipientsPage,
  recipientPage,
  grantsPage,
  figuresPage,
  searchPage,
  roundsPage,
  roundPage,
  drawPage,
  assemblyPage,
  dutiesPage,
  entriesPage,
  anyEntryPage,
  entryPage,
  historyPage,
  changesPage,
  checkPage,
  erasuresPage,
];
