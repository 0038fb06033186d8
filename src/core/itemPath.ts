/**
 * An Outlook item by its Graph path without version and leading slash (contract.md section 3):
 * `users/megan@contoso.com/messages/AAMk…=`. Segments are kept percent-decoded.
 */
export interface Item {
  readonly form: ItemForm;
  readonly segments: readonly string[];
}
export type ItemForm = 'message';
