# Install and export: `find_package(ghee)` gives ghee::base, ghee::mlp ... with headers under include/ghee.
include(CMakePackageConfigHelpers)

get_property(components GLOBAL PROPERTY GHEE_COMPONENTS)
list(TRANSFORM components PREPEND ghee_ OUTPUT_VARIABLE targets)
install(TARGETS ${targets} EXPORT ghee-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT ghee-targets NAMESPACE ghee:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/ghee)
install(DIRECTORY lib/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ghee FILES_MATCHING PATTERN "*.hpp")

configure_package_config_file(cmake/ghee-config.cmake.in ${PROJECT_BINARY_DIR}/ghee-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/ghee)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ghee-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ghee-config.cmake ${PROJECT_BINARY_DIR}/ghee-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/ghee)
