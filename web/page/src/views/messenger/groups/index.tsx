/** Making, changing and deleting groups, from wherever one may: one dialog at a time, loaded when it is wanted. */
import { useLate } from "../../../late.ts";
import { useSignal } from "../../../text/use-signal.ts";
import { wanted } from "./edit.ts";

const loadForm = () => import("./form.tsx");
const loadDelete = () => import("./delete.tsx");
const close = () => wanted.set(undefined);

/** Once on a page that uses them. */
export function Groups() {
  const shown = useSignal(wanted);
  const isDeleting = shown?.kind === "delete";
  const GroupForm = useLate(loadForm, shown !== undefined && !isDeleting, close);
  const DeleteGroup = useLate(loadDelete, isDeleting, close);
  if (!shown) return null;
  if (shown.kind === "delete") return DeleteGroup ? <DeleteGroup group={shown.group} onClose={close} /> : null;
  if (!GroupForm) return null;
  return (
    <GroupForm
      {...(shown.kind === "edit" && { group: shown.group })}
      memberIds={shown.kind === "new" ? shown.memberIds : []}
      onClose={close}
    />
  );
}
export { deleteGroup, editGroup, newGroup } from "./edit.ts";
