import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SavedView, ViewsReply } from '@vibrissa/protocol/messages';
import { sendJson } from '../../api/client.js';
import { viewsQuery } from '../../api/queries.js';
import { idFor } from './view-id.js';

const PATH = '/api/v1/views';
/** ms for which the list is good enough; it is read again whenever it is opened. */
const FRESH = 60_000;

/** One change of the views that are kept. */
type Change = () => Promise<ViewsReply>;

export interface SavedViews {
  /** Undefined until they have been read. */
  readonly views: readonly SavedView[] | undefined;
  /** The id of the one that the bare address shows. */
  readonly first: string | null;
  /** Why they could not be read. */
  readonly error: Error | null;
  readonly again: () => void;
  /** Saves what is on screen; in the place of the view that has this name, if one has. Resolves to whether it worked. */
  readonly save: (name: string, page: string, search: string) => Promise<boolean>;
  readonly rename: (view: SavedView, name: string) => Promise<boolean>;
  readonly remove: (view: SavedView) => Promise<boolean>;
  /** Takes back that it was removed. */
  readonly restore: (view: SavedView, wasFirst: boolean) => Promise<boolean>;
  readonly setFirst: (id: string | null) => Promise<boolean>;
  /** Why the last change was not made; null once another is tried. */
  readonly failed: Error | null;
  readonly isChanging: boolean;
}

/** The views that have a name, which all who use this server share. */
export function useSavedViews(): SavedViews {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({ ...viewsQuery(), staleTime: FRESH, retry: false });
  const change = useMutation({
    mutationFn: (made: Change) => made(),
    onSuccess: (reply) => client.setQueryData(viewsQuery().queryKey, reply),
    // What was refused may be gone meanwhile.
    onError: () => client.invalidateQueries({ queryKey: viewsQuery().queryKey }),
  });
  const make = async (made: Change): Promise<boolean> => {
    try {
      await change.mutateAsync(made);
      return true;
    } catch {
      return false;
    }
  };
  const put = (id: string, { name, page, search }: Pick<SavedView, 'name' | 'page' | 'search'>) =>
    sendJson<ViewsReply>('PUT', `${PATH}/${id}`, { name, page, search });
  const putFirst = (id: string | null) => sendJson<ViewsReply>('PUT', `${PATH}/first`, { id });

  return {
    views: data?.views,
    first: data?.first ?? null,
    error,
    again: () => void refetch(),
    save: (name, page, search) =>
      make(async () => {
        // Someone else may have taken the id since the list was read.
        const { views } = await client.fetchQuery({ ...viewsQuery(), staleTime: 0 });
        const held = viewCalled(views, name);
        const id =
          held?.id ??
          idFor(
            name,
            views.map((view) => view.id),
          );
        return put(id, { name, page, search });
      }),
    rename: (view, name) => make(() => put(view.id, { ...view, name })),
    remove: (view) => make(() => sendJson<ViewsReply>('DELETE', `${PATH}/${view.id}`)),
    restore: (view, wasFirst) =>
      make(async () => {
        const reply = await put(view.id, view);
        return wasFirst ? putFirst(view.id) : reply;
      }),
    setFirst: (id) => make(() => putFirst(id)),
    failed: change.error,
    isChanging: change.isPending,
  };
}

/** The view that has this name, in whatever case. */
export function viewCalled(views: readonly SavedView[], name: string): SavedView | undefined {
  const wanted = name.trim().toLowerCase();
  return views.find((view) => view.name.trim().toLowerCase() === wanted);
}
