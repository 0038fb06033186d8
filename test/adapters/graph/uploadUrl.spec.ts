import { refusalOf } from '../../../src/adapters/graph/uploadUrl';

const hosts = ['outlook.office.com', 'outlook.office365.com', '*.outlook.office.com'];
const inTheCloud = { hosts, allowLoopback: false };
const onTheLaptop = { hosts, allowLoopback: true };

describe('the hosts of an upload URL', () => {
  it.each([
    "https://outlook.office.com/api/v2.0/Users('oid@tid')/Messages('A=')/AttachmentSessions('A=')?authtoken=eyJ",
    'https://OUTLOOK.office365.com/x',
    'https://outlook.office.com:443/x',
    'https://eur.outlook.office.com/x',
    'https://a.b.outlook.office.com/x',
  ])('takes a listed host: %s', (url) => expect(refusalOf(url, inTheCloud)).toBeUndefined());

  it.each([
    ['http://outlook.office.com/x', 'not https'],
    ['https://outlook.office.com.evil.example/x', 'a listed host as the beginning of another'],
    ['https://eviloutlook.office.com/x', 'a listed host as the end of another'],
    ['https://.outlook.office.com/x', 'an empty label'],
    ['https://x.outlook.office365.com/x', 'below a host that is listed exactly'],
    ['https://outlook.office.com:8443/x', 'another port'],
    ['https://outlook.office.com@evil.example/x', 'a listed host as the user'],
    ['https://me:secret@outlook.office.com/x', 'a user'],
    ['https://outlook.office.com./x', 'a trailing dot'],
    ['https://169.254.169.254/x', 'an address'],
    ['http://127.0.0.1:9000/x', 'this machine'],
    ['https://[::1]/x', 'this machine by IPv6'],
    ['file:///etc/passwd', 'a file'],
    ['outlook.office.com/x', 'no scheme'],
    ['', 'nothing'],
  ])('refuses %s: %s', (url) => expect(refusalOf(url, inTheCloud)).toEqual(expect.any(String)));

  it.each([
    'http://127.0.0.1:9000/x',
    'http://localhost:1/x',
    'http://[::1]:2/x',
    'http://127.1.2.3/x',
    'https://localhost/x',
  ])('takes this machine for development: %s', (url) => expect(refusalOf(url, onTheLaptop)).toBeUndefined());

  it.each([
    'http://10.0.0.1/x',
    'http://example.org/x',
    'http://127.0.0.1.example.org/x',
    'ftp://localhost/x',
    'http://u@localhost/x',
  ])('takes nothing else by http, even for development: %s', (url) =>
    expect(refusalOf(url, onTheLaptop)).toEqual(expect.any(String)),
  );

  it('never says the URL, only its host', () => {
    const refusal = refusalOf('https://evil.example/path/with?authtoken=SECRET', inTheCloud);
    expect(refusal).toContain('evil.example');
    expect(refusal).not.toMatch(/SECRET|path/);
  });
});
