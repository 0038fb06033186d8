/** What comes to an origin: the service's requests, the control API, the page, and what browsers ask for by themselves. */
import { control } from './control';
import { graphRequest } from './graphOrigin';
import { Exchange } from './http';
import { page } from './page';
import { serve } from './service';
import { uploadRequest } from './uploadOrigin';
import { errorReply, Refusal } from './wireErrors';
import type { World } from './world';

/** Browsers ask for these without being told to; they break no rule. */
const BROWSERS_OWN = /^\/(favicon\.|apple-touch-icon|robots\.txt|manifest\.|site\.webmanifest|\.well-known\/)/;

export async function onUpload(world: World, exchange: Exchange): Promise<void> {
  const { pathname } = exchange.url;
  if (exchange.method === 'GET' && (pathname === '/' || BROWSERS_OWN.test(pathname)))
    await exchange.send({
      status: 404,
      text: 'The upload origin of the Outlook stand-in; its page is at the Graph origin.',
    });
  else await serve(world, exchange, () => uploadRequest(world, exchange));
}

export async function onGraph(world: World, exchange: Exchange): Promise<void> {
  const { pathname } = exchange.url;
  if (exchange.method === 'GET' && BROWSERS_OWN.test(pathname)) {
    await exchange.send({ status: 404 });
    return;
  }
  if (pathname !== '/' && !pathname.startsWith('/_/')) {
    await serve(world, exchange, () => graphRequest(world, exchange));
    return;
  }
  try {
    const html = { 'content-type': 'text/html; charset=utf-8' };
    await exchange.send(
      pathname === '/' ? { status: 200, headers: html, text: await page(world) } : await control(world, exchange),
    );
  } catch (cause) {
    if (!(cause instanceof Refusal)) console.error('Outlook stand-in:', cause);
    await exchange.send(errorReply(cause instanceof Refusal ? cause : new Refusal('internal'), world.now()));
  }
}
