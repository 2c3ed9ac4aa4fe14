// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UTC } from '../../view/time/wall-clock.js';
import { Brush, type BrushProps } from './Brush.js';

const HOUR = 3_600_000;
const NOW = 10_000 * HOUR;
const limits = { now: NOW, bucketMs: 15_000, horizonMs: HOUR, retentionMs: 168 * HOUR };
/** Ten hours on 1000 px: 100 px are an hour. */
const span = { from: NOW - 30 * HOUR, to: NOW - 20 * HOUR, stepMs: 300_000 };
const at = (px: number) => span.from + px * 36_000;

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(0, 0, 1000, 46));
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1000);
  HTMLElement.prototype.setPointerCapture = () => {};
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function open(change: Partial<BrushProps> = {}) {
  const onWindow = vi.fn<BrushProps['onWindow']>();
  const onStrip = vi.fn<BrushProps['onStrip']>();
  const { container } = render(
    <Brush
      span={span}
      shown={{ from: at(400), to: at(600) }}
      fixed
      here={{ now: NOW, zone: UTC }}
      limits={limits}
      onWindow={onWindow}
      onStrip={onStrip}
      onPoint={() => {}}
      {...change}
    />,
  );
  const area = container.firstElementChild;
  if (area === null) throw new Error('nothing was drawn');
  return { area, onWindow, onStrip, window: screen.getByRole('slider', { name: 'Window on the timeline' }) };
}

function drag(on: Element, from: number, to: number, keys: { shiftKey?: boolean } = {}) {
  fireEvent.pointerDown(on, { pointerId: 1, button: 0, clientX: from, ...keys });
  fireEvent.pointerMove(on, { pointerId: 1, clientX: to, ...keys });
  fireEvent.pointerUp(on, { pointerId: 1, clientX: to, ...keys });
}

/** The wheels of happy-dom are nowhere, so they are put somewhere. */
function wheel(on: Element, clientX: number, turn: WheelEventInit) {
  const event = new WheelEvent('wheel', { bubbles: true, cancelable: true, ...turn });
  Object.defineProperty(event, 'clientX', { value: clientX });
  fireEvent(on, event);
  return event;
}

describe('Brush', () => {
  it('chooses a stretch by dragging, in either direction, and nothing by a click', () => {
    const { area, onWindow } = open();
    drag(area, 100, 102);
    expect(onWindow).not.toHaveBeenCalled();
    drag(area, 300, 100);
    expect(onWindow).toHaveBeenCalledWith({ from: at(100), to: at(300) }, 'push');
  });

  it('moves a fixed window, but chooses anew within a live one', () => {
    const { window, onWindow } = open();
    drag(window, 500, 400);
    expect(onWindow).toHaveBeenLastCalledWith({ from: at(300), to: at(500) }, 'push');
    cleanup();
    const live = open({ fixed: false });
    drag(live.window, 500, 450);
    expect(live.onWindow).toHaveBeenLastCalledWith({ from: at(450), to: at(500) }, 'push');
  });

  it('changes one edge by dragging and by arrows', () => {
    const { onWindow } = open();
    const end = screen.getByRole('slider', { name: 'End of the window' });
    drag(end, 600, 800);
    expect(onWindow).toHaveBeenLastCalledWith({ from: at(400), to: at(800) }, 'push');
    fireEvent.keyDown(end, { key: 'ArrowRight' });
    expect(onWindow).toHaveBeenLastCalledWith({ from: at(400), to: at(600) + span.stepMs }, 'replace');
    fireEvent.keyDown(end, { key: 'ArrowLeft', shiftKey: true });
    expect(onWindow).toHaveBeenLastCalledWith({ from: at(400), to: at(600) - 15_000 }, 'replace');
  });

  it('moves the window and the strip by keys', () => {
    const { window, onWindow, onStrip } = open();
    fireEvent.keyDown(window, { key: 'ArrowLeft' });
    expect(onWindow).toHaveBeenLastCalledWith(
      { from: at(400) - span.stepMs, to: at(600) - span.stepMs },
      'replace',
    );
    fireEvent.keyDown(window, { key: 'ArrowRight', shiftKey: true });
    expect(onWindow).toHaveBeenLastCalledWith({ from: at(600), to: at(800) }, 'replace');
    fireEvent.keyDown(window, { key: 'ArrowUp' });
    expect(onStrip).toHaveBeenLastCalledWith({ kind: 'fixed', from: at(250), to: at(750) });
    fireEvent.keyDown(window, { key: 'PageUp' });
    expect(onStrip).toHaveBeenLastCalledWith({ kind: 'fixed', from: at(-500), to: at(500) });
    fireEvent.keyDown(window, { key: 'Home' });
    expect(onStrip).toHaveBeenLastCalledWith(null);
  });

  it('pans the strip with shift, zooms it with the wheel and with two fingers, and fits it on a double click', () => {
    const { area, onStrip, onWindow } = open();
    drag(area, 500, 600, { shiftKey: true });
    expect(onStrip).toHaveBeenLastCalledWith({ kind: 'fixed', from: at(-100), to: at(900) });
    expect(wheel(area, 0, { deltaY: -Math.log(2) / 0.0022 }).defaultPrevented).toBe(true);
    expect(onStrip).toHaveBeenLastCalledWith({ kind: 'fixed', from: at(0), to: at(500) });
    wheel(area, 500, { deltaX: 100 });
    expect(onStrip).toHaveBeenLastCalledWith({ kind: 'fixed', from: at(100), to: at(1100) });
    fireEvent.pointerDown(area, { pointerId: 1, button: 0, clientX: 400 });
    fireEvent.pointerDown(area, { pointerId: 2, button: 0, clientX: 600 });
    fireEvent.pointerMove(area, { pointerId: 2, clientX: 800 });
    expect(onStrip).toHaveBeenLastCalledWith({ kind: 'fixed', from: at(250), to: at(750) });
    fireEvent.pointerUp(area, { pointerId: 1, clientX: 400 });
    fireEvent.pointerUp(area, { pointerId: 2, clientX: 800 });
    fireEvent.doubleClick(area);
    expect(onStrip).toHaveBeenLastCalledWith(null);
    expect(onWindow).not.toHaveBeenCalled();
  });

  it('does not choose what is still to come', () => {
    const { area, onWindow } = open({ span: { from: NOW - HOUR, to: NOW + HOUR / 10, stepMs: 30_000 } });
    drag(area, 900, 1000);
    expect(onWindow.mock.calls[0]?.[0].to).toBe(NOW);
  });
});
