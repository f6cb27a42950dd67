flowyard_room_tests(integration_fleet LIBS controller_fleet docker_test_support fake_fleet LABELS docker
  SOURCES fleet/contract_test.cpp fleet/filled_volumes_test.cpp fleet/image_builds_test.cpp fleet/joined_namespace_test.cpp fleet/shared_network_test.cpp
  DEFINITIONS FLOWYARD_WORKER_PROGRAM="$<TARGET_FILE:flowyard-worker>")
set_tests_properties(integration_fleet PROPERTIES RESOURCE_LOCK docker_engine)
add_dependencies(integration_fleet_tests flowyard-worker)
