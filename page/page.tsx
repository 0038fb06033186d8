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
const root = document.getElementById('page');
if (root) {
  render(
    <App
      api={api}
      files={new ChosenFiles()}
      form={new TargetForm(api)}
      batches={new Batches(api, announcer.say)}
      listing={new Listing(api)}
      announcer={announcer}
      limits={readLimits(document.body)}
    />,
    root,
  );
}
