// Packages that export only an "import" condition are ES modules; the transform turns them into CommonJS, so they may be resolved.
module.exports = (path, options) => {
  try {
    return options.defaultResolver(path, options);
  } catch (failed) {
    try {
      return options.defaultResolver(path, { ...options, conditions: ['node', 'import', 'default'] });
    } catch {
      throw failed;
    }
  }
};
