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
  [`${host}/Attachments('BB/Mk=')`, 'BB/Mk='],
  [`${host}/tasks/t/Attachments/BBMk`, 'BBMk'],
  [`${host}/tasks/t/Attachments/BB%2FMk=/`, 'BB/Mk='],
  [`${host}/tasks/t/Attachments/BBMk=/content`, 'BBMk='],
  [`${host}/tasks/t/Attachments/BBMk/$value`, 'BBMk'],
])('reads the id from %s', (location, id) => {
  expect(parseAttachmentLocation(location)).toBe(id);
});

it('leaves to the list what may be a cut id: where a slash in it was not encoded', () => {
  expect(parseAttachmentLocation(`${host}/tasks/t/Attachments/BB/Mk=`)).toBeUndefined();
});

it.each([undefined, '', `${host}/tasks/t/Attachments/`, `${host}/Users('o@t')/Messages('AAMk=')`, 'nonsense'])(
  'finds none in %j',
  (location) => {
    expect(parseAttachmentLocation(location)).toBeUndefined();
  },
);
