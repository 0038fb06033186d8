import { problemText } from '../api/apiError';
import type { DeliveryView, UploadView } from '../api/views';
import type { Command } from '../cli';
import { exitCode } from '../exitCodes';
import { apiOf, commonHelp, commonOptions, onlyArgument, parseOptions } from '../options';
import { printable, sizeText, timeText, waitText } from '../terminal/words';
import { findResource } from './resource';

export const show: Command = {
  name: 'show',
  summary: 'show an upload or a delivery with what happened on the way',
  help: `Show an upload or a delivery with what happened on the way.

Examples
  blob-to-outlook show 01930d7c5e2a4f5e9b1c
  blob-to-outlook show 01930d7c5e2a4f5e9b1c --json | jq .attachment
${commonHelp}
Exit codes
  0 shown, whatever its state    1 not found, or no answer    2 wrong usage
`,
  async run(args, cli) {
    const { values, positionals } = parseOptions(args, commonOptions);
    const id = onlyArgument(positionals, 'ID');
    const api = apiOf(values, cli);
    cli.interrupts.leaveAtOnce();
    const found = await findResource(api, id);
    const lines = found.kind === 'upload' ? uploadLines(found.view) : deliveryLines(found.view);
    if (values.json) cli.screen.data(JSON.stringify(found.view));
    else for (const [label, text] of lines) cli.screen.data(`${label.padEnd(12)}${text}`);
    return exitCode.ok;
  },
};

type Line = readonly [label: string, text: string];

function uploadLines(upload: UploadView): Line[] {
  const { attachment } = upload;
  return [
    ['upload', upload.id],
    ['file', printable(upload.name)],
    ...common(upload),
    ...(upload.size === null ? [] : [['size', sizeText(upload.size)] as const]),
    ...(upload.blob === null ? [] : [['blob', upload.blob] as const]),
    ...(upload.delivery === undefined ? [] : [['delivery', upload.delivery] as const]),
    ...(upload.retryOf === undefined ? [] : [['retry of', upload.retryOf] as const]),
    ...(attachment ? [['attachment', attachment.id ?? '(the service gave no id)'] as const] : []),
    ...(attachment?.sha256
      ? [['sha256', `${attachment.sha256}${attachment.verified ? ' (verified)' : ''}`] as const]
      : []),
    ...(upload.removedAt === undefined ? [] : [['removed', upload.removedAt] as const]),
    ...happened(upload),
  ];
}

function deliveryLines(delivery: DeliveryView): Line[] {
  const sent = delivery.sent === null ? 'unknown' : delivery.sent ? 'yes' : 'no';
  return [
    ['delivery', delivery.id],
    ...common(delivery),
    ['sent', delivery.send ? sent : 'not asked for'],
    ...delivery.uploads.map((each): Line => ['upload', `${each.id}  ${each.status}  ${printable(each.name)}`]),
    ...happened(delivery),
  ];
}

const common = (resource: UploadView | DeliveryView): Line[] => [
  ['status', [resource.status, waitText(resource)].filter((text) => text !== '').join(', ')],
  ['progress', `${resource.progress.percent} %`],
  ['item', resource.item ?? '(none yet)'],
  ...(resource.reference === null ? [] : [['reference', printable(resource.reference)] as const]),
];

const happened = (resource: UploadView | DeliveryView): Line[] => [
  ...resource.warnings.map(({ code, detail }): Line => ['warning', `${detail} (${code})`]),
  ...(resource.error ? [['error', problemText(resource.error)] as const] : []),
  ...(resource.timeline ?? []).map(({ at, event, detail }): Line => {
    const more = detail === undefined ? '' : `: ${detail}`;
    return [timeText(at), `${event}${more}`];
  }),
];
