import { commonHelp } from '../options';

export const attachHelp = `Attach files to an Outlook item.

Examples
  blob-to-outlook attach q3.pdf --item users/megan@contoso.com/messages/AAMkADI5...
  blob-to-outlook attach *.pdf --new-draft megan@contoso.com --subject "Q3" --to alex@contoso.com --send
  pg_dump shop | gzip | blob-to-outlook attach - --name shop.sql.gz --item users/megan@contoso.com/events/AAMk...
  blob-to-outlook attach logo.png --inline --content-id logo --item users/megan@contoso.com/messages/AAMk...

Usage
  blob-to-outlook attach FILE... --item PATH | --new-draft MAILBOX [options]

Where to
  --item PATH           the item's path in Microsoft Graph: users/{user}/messages/{id}, .../events/{id}, ...
  --new-draft MAILBOX   a new draft in this mailbox: megan@contoso.com
  --subject TEXT        the new draft's subject
  --to ADDRESS          a recipient of the new draft; repeat it, or separate several by commas
  --send                send the message once, after all files are attached and verified

What
  FILE                  - reads standard input
  --name NAME           the attachment's name; default: the file's
  --inline              an image of the body, not shown in the list of attachments
  --content-id ID       what cid:ID in the body points to
  --reference TEXT      your own words, kept and found again by list --reference; default: the file's SHA-256

How
  --dry-run             put the files into storage, check everything, attach nothing
  --again               attach it although the same content is on the item under this name
  --no-wait             do not wait for the end: print upload ids instead of attachment ids

Run it again after an interruption: it finds what it has done (same content, item and name), goes on, and attaches nothing
twice. The first Ctrl-C cancels and waits, the second leaves at once.
${commonHelp}
Output
  stdout: {attachment id}<tab>{name} for each file; with --json the upload, or the delivery. Everything else: stderr.

Exit codes
  0 attached    1 failed    2 wrong usage, nothing was sent    3 outcome unknown: look before you repeat it    130 interrupted
`;
