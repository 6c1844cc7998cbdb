# Backends that need a GPU's libraries are modules: shared libraries that ghee opens at run time, so that one installation serves nodes
# with and without those libraries (docs/decisions).
#
#   ghee_module(NAME SOURCES file... [LINKS library...])
#
# makes <build>/lib/ghee/libghee_NAME.so, the backend NAME (lib/mlp/module.hpp says what it exports), and installs it.
set(GHEE_MODULE_FOLDER ${PROJECT_BINARY_DIR}/lib/ghee)

# The same as target TARGET in any folder, not installed: what the tests need.
function(ghee_module_library TARGET)
  cmake_parse_arguments(PARSE_ARGV 1 M "" "NAME;FOLDER" "SOURCES;LINKS")
  add_library(${TARGET} MODULE ${M_SOURCES})
  # Nothing of a module but its one symbol is to be seen: it brings its own copy of what it uses of ghee, and must keep to it. What it links
  # is found again where it was when it was built; LD_LIBRARY_PATH and the system's places come into play where it is not. An older library
  # without a function that it needs is a reason not to open it, not a crash in mid-training (-z now).
  set_target_properties(${TARGET} PROPERTIES
    OUTPUT_NAME ghee_${M_NAME}
    LIBRARY_OUTPUT_DIRECTORY ${M_FOLDER}
    CXX_VISIBILITY_PRESET hidden
    CUDA_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    INSTALL_RPATH_USE_LINK_PATH ON)
  target_link_options(${TARGET} PRIVATE LINKER:--exclude-libs,ALL LINKER:--as-needed LINKER:-z,now)
  # A sanitizer's functions are the program's (preset asan makes it show them).
  ghee_is_sanitized(sanitized)
  if(NOT sanitized)
    target_link_options(${TARGET} PRIVATE LINKER:--no-undefined)
  endif()
  target_link_libraries(${TARGET} PRIVATE ghee::mlp ${M_LINKS} ghee_compile_options)
endfunction()

function(ghee_module NAME)
  cmake_parse_arguments(PARSE_ARGV 1 M "" "" "SOURCES;LINKS")
  # The CUDA runtime is part of the module: a node needs the driver and nothing of the toolkit for it.
  ghee_module_library(ghee_module_${NAME} NAME ${NAME} FOLDER ${GHEE_MODULE_FOLDER} SOURCES ${M_SOURCES} LINKS ${M_LINKS} CUDA::cudart_static)
  add_dependencies(gpu_tests ghee_module_${NAME})
  set_property(GLOBAL APPEND PROPERTY GHEE_MODULES ${NAME})
  install(TARGETS ghee_module_${NAME} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/ghee)
endfunction()
