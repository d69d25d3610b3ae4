/** Reads C as a file that lies alone is read; as the reference cases are. */
export { readC } from '../../../server/conformance/readC';
