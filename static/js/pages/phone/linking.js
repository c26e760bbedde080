/** Linking on a map, on a phone: what phones and consoles share (../linking.js), with its styles. */
const style = document.createElement('link');
style.rel = 'stylesheet';
style.href = new URL('../../../css/linking.css', import.meta.url).href;
document.head.append(style);

export * from '../linking.js';
