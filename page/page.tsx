import { render } from 'preact';
import { Announcer } from './announcer';
import { Api } from './api/client';
import { Batches } from './batches/batches';
import { ChosenFiles } from './files/chosenFiles';
import { TargetForm } from './target/targetForm';
import { readLimits } from './ui/appLimits';
import { App } from './ui/app';
import { Listing } from './uploads/listing';

const api = new Api();
const announcer = new Announcer();
const listing = new Listing(api);
const moved = (): void => listing.refresh();
const root = document.getElementById('page');
if (root) {
  render(
    <App
      api={api}
      files={new ChosenFiles()}
      form={new TargetForm(api)}
      batches={new Batches(api, { announce: announcer.say, moved })}
      listing={listing}
      announcer={announcer}
      limits={readLimits(document.body)}
    />,
    root,
  );
}
