import { Check, Link } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from '../ui/IconButton.js';

/** ms that the button says what it did. */
const SAID = 1_800;

/** Copies the address of the page, which is all of what is on screen. */
export function CopyLink({ className }: { readonly className?: string | undefined }) {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), SAID);
    return () => clearTimeout(timer);
  }, [said]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(window.location.href);
      setSaid('Link copied');
    } catch {
      // Pages that are not served securely have no clipboard.
      setSaid('The browser did not allow it: copy the address above');
    }
  };
  return (
    <>
      <IconButton label={said ?? 'Copy link to this view'} className={className} onClick={() => void copy()}>
        {said === 'Link copied' ? (
          <Check size={14} aria-hidden="true" />
        ) : (
          <Link size={14} aria-hidden="true" />
        )}
      </IconButton>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  );
}
