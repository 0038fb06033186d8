import { parseAttachmentLocation } from '../../../src/core/wire/location';

const host = 'https://outlook.office.com/api/v2.0';

it.each([
  [`${host}/Users('o@t')/Messages('AAMk=')/Attachments('BBMk=')`, 'BBMk='],
  [`${host}/users('o@t')/messages('AAMk=')/attachments('BBMk=')`, 'BBMk='],
  [`${host}/Users('o%40t')/Messages('AAMk%3D')/Attachments('BB%2FMk%3D')`, 'BB/Mk='],
  [`${host}/Users('o@t')/Attachments('first')/Attachments('second')`, 'second'],
  [`${host}/Users(%27o%27)/Attachments(%27BBMk%3D%27)`, 'BBMk='],
  ['https://graph.microsoft.com/v1.0/users/o/todo/lists/l/tasks/t/Attachments/BBMk=', 'BBMk='],
  [`${host}/Attachments('BBMk=')?x=Attachments('no')`, 'BBMk='],
  [`${host}/Attachments('100%')`, '100%'],
])('reads the id from %s', (location, id) => {
  expect(parseAttachmentLocation(location)).toBe(id);
});

it.each([undefined, '', `${host}/Users('o@t')/Messages('AAMk=')`, 'nonsense'])('finds none in %j', (location) => {
  expect(parseAttachmentLocation(location)).toBeUndefined();
});
