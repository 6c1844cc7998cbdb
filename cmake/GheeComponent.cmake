# The floors of the house. A component may use components of lower floors only; CMake refuses anything else here,
# and test/layering reads the #include lines against the same lists.
#
#   ghee_component(NAME SOURCES file... [USES component...] [LINKS library...] [PUBLIC_LINKS library...])
#
# makes lib/NAME a static library ghee_NAME (ghee::NAME) with include root lib/.

set(GHEE_FLOORS
  "base"
  "config|record"
  "sys"
  "mlp|data|store|energy"
  "train|power"
  "meter"
  "campaign")

function(ghee_floor_of NAME RESULT)
  set(level 0)
  foreach(floor IN LISTS GHEE_FLOORS)
    string(REPLACE "|" ";" members "${floor}")
    if(NAME IN_LIST members)
      set(${RESULT} ${level} PARENT_SCOPE)
      return()
    endif()
    math(EXPR level "${level} + 1")
  endforeach()
  message(FATAL_ERROR "component '${NAME}' stands on no floor (it is not in GHEE_FLOORS) add it to cmake/GheeComponent.cmake")
endfunction()

function(ghee_component NAME)
  cmake_parse_arguments(PARSE_ARGV 1 C "" "" "SOURCES;USES;LINKS;PUBLIC_LINKS")
  ghee_floor_of(${NAME} own)
  foreach(used IN LISTS C_USES)
    ghee_floor_of(${used} floor)
    if(NOT floor LESS own)
      message(FATAL_ERROR "component '${NAME}' (floor ${own}) may not use '${used}' (floor ${floor}): arrows run downward only")
    endif()
  endforeach()

  set(target ghee_${NAME})
  add_library(${target} STATIC ${C_SOURCES})
  add_library(ghee::${NAME} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${NAME})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/lib>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/ghee>)
  list(TRANSFORM C_USES PREPEND ghee:: OUTPUT_VARIABLE used_targets)
  target_link_libraries(${target} PUBLIC ${used_targets} ${C_PUBLIC_LINKS} PRIVATE ${C_LINKS} $<BUILD_INTERFACE:ghee_compile_options>)
  set_property(GLOBAL APPEND PROPERTY GHEE_COMPONENTS ${NAME})
  set_property(GLOBAL PROPERTY GHEE_USES_${NAME} ${C_USES})
endfunction()

# Whether this build has a sanitizer in it.
function(ghee_is_sanitized RESULT)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
  set(${RESULT} OFF PARENT_SCOPE)
  if("${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${build_type}}" MATCHES "-fsanitize=")
    set(${RESULT} ON PARENT_SCOPE)
  endif()
endfunction()

# What a test's command begins with: nothing, or what makes a report of any process of a sanitized build fail the test. (That preset asan
# links the sanitizers statically is for this, too: the shared ones of GCC do not agree on the file to report to.)
function(ghee_test_launcher NAME RESULT)
  ghee_is_sanitized(sanitized)
  if(sanitized)
    set(${RESULT} ${PROJECT_SOURCE_DIR}/test/support/sanitized.sh ${PROJECT_BINARY_DIR}/reports/${NAME} PARENT_SCOPE)
  else()
    set(${RESULT} "" PARENT_SCOPE)
  endif()
endfunction()

# ghee_test(NAME component SOURCES file... [LINKS library...] [TIMEOUT seconds] [LABELS label...])
# One GoogleTest program; its working directory is the test's build folder, GHEE_FIXTURES names test/fixtures.
function(ghee_test NAME)
  cmake_parse_arguments(PARSE_ARGV 1 T "" "TIMEOUT" "SOURCES;LINKS;LABELS")
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 120)
  endif()
  set(target test_${NAME})
  add_executable(${target} ${T_SOURCES})
  target_link_libraries(${target} PRIVATE ${T_LINKS} ghee_compile_options GTest::gmock GTest::gtest_main)
  target_compile_definitions(${target} PRIVATE GHEE_FIXTURES="${PROJECT_SOURCE_DIR}/test/fixtures")
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/test)
  ghee_test_launcher(${NAME} launcher)
  add_test(NAME ${NAME} COMMAND ${launcher} $<TARGET_FILE:${target}>)
  set_tests_properties(${NAME} PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "${T_LABELS}")
  if(TARGET gpu_tests AND cuda IN_LIST T_LABELS)
    add_dependencies(gpu_tests ${target})
  endif()
endfunction()
