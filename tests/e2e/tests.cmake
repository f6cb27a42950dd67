# The programs as a user has them, from the outside. Each subject once with processes, which always runs, and once
# with containers, one program at a time.
find_package(Python3 COMPONENTS Interpreter REQUIRED)

function(flowyard_e2e_test name script fleet)
  cmake_parse_arguments(ARG "" "TIMEOUT" "LABELS;ENVIRONMENT" ${ARGN})
  add_test(NAME e2e.${name} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/e2e/${script})
  set_tests_properties(e2e.${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}" SKIP_RETURN_CODE 77
    ENVIRONMENT
    "FLOWYARD_FLEET=${fleet};FLOWYARD_PROGRAMS=${CMAKE_BINARY_DIR}/bin;PYTHONDONTWRITEBYTECODE=1;${ARG_ENVIRONMENT}")
endfunction()

foreach(subject experiments survival commands checkout going_on runners mcp mcp_clients)
  flowyard_e2e_test(${subject}.process ${subject}_test.py process TIMEOUT 400)
  flowyard_e2e_test(${subject}.docker ${subject}_test.py docker TIMEOUT 600 LABELS docker)
  set_tests_properties(e2e.${subject}.docker PROPERTIES RESOURCE_LOCK docker_engine)
endforeach()

# Programs: from nothing to results, those that do harm, and those that are shipped.
flowyard_e2e_test(programs programs_test.py process TIMEOUT 400)
foreach(subject hostile programs_shipped)
  flowyard_e2e_test(${subject}.process ${subject}_test.py process TIMEOUT 400)
  flowyard_e2e_test(${subject}.docker ${subject}_test.py docker TIMEOUT 600 LABELS docker)
  set_tests_properties(e2e.${subject}.docker PROPERTIES RESOURCE_LOCK docker_engine)
endforeach()

# Images of a registry of the test's own.
flowyard_e2e_test(registry registry_test.py docker TIMEOUT 400 LABELS docker)
set_tests_properties(e2e.registry PROPERTIES RESOURCE_LOCK docker_engine)

# Images that are built.
flowyard_e2e_test(builds builds_test.py docker TIMEOUT 400 LABELS docker)
set_tests_properties(e2e.builds PROPERTIES RESOURCE_LOCK docker_engine)

# PySD itself, in containers.
flowyard_e2e_test(pysd pysd_test.py docker TIMEOUT 900 LABELS docker)
flowyard_e2e_test(pysd_many pysd_many_test.py docker TIMEOUT 2400 LABELS "docker;long")
set_tests_properties(e2e.pysd e2e.pysd_many PROPERTIES RESOURCE_LOCK docker_engine)

# The controller killed 30 times, and 500 times where minutes do not matter; there the Engine, one of its own, as well.
flowyard_e2e_test(kills.process kills_test.py process TIMEOUT 400)
flowyard_e2e_test(kills.docker kills_test.py docker TIMEOUT 600 LABELS docker ENVIRONMENT FLOWYARD_KILLS=12)
flowyard_e2e_test(kills_many.process kills_test.py process TIMEOUT 4000 LABELS long ENVIRONMENT FLOWYARD_KILLS=500)
flowyard_e2e_test(kills_many.docker kills_test.py docker TIMEOUT 7200 LABELS "docker;long"
  ENVIRONMENT "FLOWYARD_KILLS=500;FLOWYARD_OWN_ENGINE=1")
set_tests_properties(e2e.kills.docker e2e.kills_many.docker PROPERTIES RESOURCE_LOCK docker_engine)

# What grows in the long run.
flowyard_e2e_test(soak soak_test.py process TIMEOUT 2400 LABELS long)
set_tests_properties(e2e.soak PROPERTIES RUN_SERIAL ON)

# Of the controller alone, whatever its fleet.
flowyard_e2e_test(limits limits_test.py process TIMEOUT 400)
flowyard_e2e_test(queue queue_test.py process TIMEOUT 400)
flowyard_e2e_test(completion completion_test.py process TIMEOUT 400)
flowyard_e2e_test(boot boot_test.py process TIMEOUT 400 LABELS docker)
set_tests_properties(e2e.boot PROPERTIES RESOURCE_LOCK docker_engine)
flowyard_e2e_test(results results_test.py process TIMEOUT 400)

flowyard_e2e_test(compose compose_test.py docker TIMEOUT 600 LABELS docker)
set_tests_properties(e2e.compose PROPERTIES RESOURCE_LOCK docker_engine)

# What a newcomer does first. It builds the preset release, which takes longer than a test should.
flowyard_e2e_test(demo demo_test.py docker TIMEOUT 2400 LABELS "docker;long")
set_tests_properties(e2e.demo PROPERTIES RESOURCE_LOCK docker_engine RUN_SERIAL ON)
# What a user of Debian installs, in a bare system. It, too, builds the preset release.
flowyard_e2e_test(package package_test.py process TIMEOUT 2400 LABELS long)
set_tests_properties(e2e.package PROPERTIES RUN_SERIAL ON)
# Every command that the documents show.
flowyard_e2e_test(docs.process docs_test.py process TIMEOUT 400)
