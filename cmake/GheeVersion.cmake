# Version and commit, as one generated source file of base.
find_package(Git QUIET)
set(GHEE_COMMIT "unknown")
if(GIT_FOUND AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} describe --always --dirty
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(GHEE_COMMIT ${described})
  endif()
endif()
configure_file(${PROJECT_SOURCE_DIR}/lib/base/version.cpp.in ${PROJECT_BINARY_DIR}/generated/version.cpp @ONLY)
