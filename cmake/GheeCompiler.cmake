# Language level, warnings, contracts and the ccache launcher.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(GHEE_CCACHE ccache)
if(GHEE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GHEE_CCACHE})
endif()

# What every target of the house compiles with; consumers of an installed ghee do not inherit it.
add_library(ghee_compile_options INTERFACE)
target_compile_options(ghee_compile_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  # GCC 12 sees overlapping and overflowing copies in inlined std::string and std::vector code at -O2 and above where there are
  # none (its bugs 105651, 105762 and kin).
  "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict;-Wno-stringop-overflow;-Wno-stringop-overread>"
  $<$<BOOL:${GHEE_WERROR}>:-Werror>)
target_compile_definitions(ghee_compile_options INTERFACE $<$<BOOL:${GHEE_CONTRACTS}>:GHEE_CONTRACTS>)
