/** Whether a source file, which has been bound, adds to the declarations that all others see. */
exports.isGlobal = file =>
    file.externalModuleIndicator ? file.moduleAugmentations.length > 0 : file.locals.size > 0
