import type { Warning } from '../job/story';

/**
 * Outlook takes files of these kinds and then hides them from whoever gets the message. Microsoft's list:
 * https://support.microsoft.com/office/blocked-attachments-in-outlook-434752e1-02d3-4e90-9124-8b81e49a8519
 * (library-ms and search-ms came in July 2025, to Outlook on the web and the new Outlook).
 */
export const outlooksBlockedExtensions: readonly string[] = (
  'ade adp app application appref-ms asp aspx asx bas bat bgi cab cer chm cmd cnt com cpl crt csh der diagcab exe fxp ' +
  'gadget grp hlp hpj hta htc inf ins iso isp its jar jnlp js jse ksh library-ms lnk mad maf mag mam maq mar mas mat mau ' +
  'mav maw mcf mda mdb mde mdt mdw mdz msc msh msh1 msh1xml msh2 msh2xml mshxml msi msp mst msu ops osd pcd pif pl plg ' +
  'prf prg printerexport ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 pst py pyc pyo pyw pyz pyzw reg scf scr sct ' +
  'search-ms shb shs theme tmp url vb vbe vbp vbs vhd vhdx vsmacros vsw webpnp website ws wsc wsf wsh xbap xll xnk'
).split(' ');

/** A warning where Outlook is known to hide a file of this name; trailing dots and spaces do not count, as in Windows. */
export function blockedNameWarnings(name: string, blockedExtensions: readonly string[]): Warning[] {
  const extension = /\.([^.]+)$/.exec(name.replace(/[. ]+$/, ''))?.[1]?.toLowerCase();
  if (extension === undefined || !blockedExtensions.includes(extension)) return [];
  const detail =
    `Outlook hides files that end in .${extension} from the people who get the message. ` +
    'Put the file into a ZIP archive, or share a link to it.';
  return [{ code: 'MayBeBlocked', detail }];
}
