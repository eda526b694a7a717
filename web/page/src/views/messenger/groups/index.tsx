/** Making, changing and deleting groups, from wherever one may: one dialog at a time, loaded when it is wanted. */
import { Suspense } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { lazy } from "preact-iso";
import { wanted } from "./edit.ts";

const GroupForm = lazy(() => import("./form.tsx"));
const DeleteGroup = lazy(() => import("./delete.tsx"));

/** Once on a page that uses them. */
export function Groups() {
  const [shown, show] = useState(wanted.get());
  useEffect(() => wanted.subscribe(() => show(wanted.get())), []);
  if (!shown) return null;
  const close = () => wanted.set(undefined);
  return (
    <Suspense fallback={null}>
      {shown.kind === "delete" ? (
        <DeleteGroup group={shown.group} onClose={close} />
      ) : (
        <GroupForm
          {...(shown.kind === "edit" && { group: shown.group })}
          memberIds={shown.kind === "new" ? shown.memberIds : []}
          onClose={close}
        />
      )}
    </Suspense>
  );
}
export { deleteGroup, editGroup, newGroup } from "./edit.ts";
