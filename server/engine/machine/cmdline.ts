export * from '../../formats/cmdline';
