import { useView } from '../../view/useView.js';

/** The policies of the cluster: the board, one of them, or what a change of them would do. */
export function PoliciesPage() {
  const [view] = useView();
  return <main>{view.policy}</main>;
}
