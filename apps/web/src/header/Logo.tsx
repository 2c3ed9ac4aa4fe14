/** Three whiskers and what they feel. */
export function Logo({ size = 20 }: { readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M3 6.2 11 9M2 10.6l9-.6M3.4 15 11 11.4" />
      <circle cx="14.6" cy="10.2" r="2.6" fill="currentColor" stroke="none" />
    </svg>
  );
}
