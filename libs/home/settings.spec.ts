import { ROLES, settingsFrom } from './settings.js';

const POSTGRES = 'postgres://ledger@host/ledger';

describe('the settings', () => {
  it('keep views and log beside the events where those are on PostgreSQL, unless they say otherwise', () => {
    expect(settingsFrom({ LEDGER_EVENTS: POSTGRES })).toMatchObject({ events: POSTGRES, views: POSTGRES, log: POSTGRES });
    expect(settingsFrom({ LEDGER_EVENTS: POSTGRES, LEDGER_VIEWS: 'sqlite:/var/views.db' })).toMatchObject({
      views: 'sqlite:/var/views.db',
      log: POSTGRES,
    });
    expect(settingsFrom({ LEDGER_EVENTS: 'esdb://host:2113?ledger=durham' })).toMatchObject({ views: null, log: null });
  });
  it.each([
    ['LEDGER_EVENTS', 'mysql://host/ledger'],
    ['LEDGER_VIEWS', 'esdb://host:2113'],
    ['LEDGER_LOG', 'log.db'],
  ])('refuse in words what %s cannot be', (name, value) =>
    expect(() => settingsFrom({ [name]: value })).toThrow(`${name} must be an address such as`),
  );
  it('give a process all of the work, or the part that is named, and then no demonstration', () => {
    expect(settingsFrom({})).toMatchObject({ roles: ROLES, demonstration: true });
    expect(settingsFrom({ LEDGER_ROLES: 'views, api' })).toMatchObject({ roles: ['api', 'views'], demonstration: false });
    expect(() => settingsFrom({ LEDGER_ROLES: 'views,cook' })).toThrow('LEDGER_ROLES names cook; the roles are api, site, desk');
  });
});
