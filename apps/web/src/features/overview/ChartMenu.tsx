import { Download, FileSpreadsheet, Image } from 'lucide-react';
import { type RefObject, useState } from 'react';
import { IconButton } from '../../ui/IconButton.js';
import { Popover } from '../../ui/Popover.js';
import { saveFile } from '../../ui/save-file.js';
import styles from './ChartMenu.module.css';
import { type ChartTable, csvOf } from './chart-table.js';
import { chartPicture, type PictureTexts } from './svg-image.js';

export interface ChartMenuProps {
  readonly title: string;
  readonly texts: PictureTexts;
  /** Without its ending. */
  readonly fileName: string;
  readonly table: ChartTable;
  /** Where the chart is drawn; null for what is only a table. */
  readonly chart: RefObject<HTMLElement | null> | null;
}

/** Takes a chart away: as a picture, or its numbers. */
export function ChartMenu({ title, texts, fileName, table, chart }: ChartMenuProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const savePicture = async (): Promise<boolean> => {
    const svg = chart?.current?.querySelector('svg');
    if (!svg) return false;
    try {
      saveFile(`${fileName}.png`, await chartPicture(svg, texts));
      setProblem(null);
      return true;
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      return false;
    }
  };
  return (
    <Popover
      label={`Save ${title}`}
      align="end"
      trigger={(props) => (
        <IconButton label={`Save ${title}`} {...props}>
          <Download size={14} aria-hidden="true" />
        </IconButton>
      )}
    >
      {(close) => (
        <ul className={styles.list}>
          {chart !== null && (
            <li>
              <button
                type="button"
                className={styles.choice}
                onClick={() => void savePicture().then((saved) => saved && close())}
              >
                <Image size={14} aria-hidden="true" />
                Picture (PNG)
              </button>
            </li>
          )}
          <li>
            <button
              type="button"
              className={styles.choice}
              onClick={() => {
                saveFile(`${fileName}.csv`, new Blob([csvOf(table)], { type: 'text/csv;charset=utf-8' }));
                close();
              }}
            >
              <FileSpreadsheet size={14} aria-hidden="true" />
              Numbers (CSV)
            </button>
          </li>
          {problem !== null && (
            <li role="alert" className={styles.problem}>
              No picture: {problem}
            </li>
          )}
        </ul>
      )}
    </Popover>
  );
}
