flowyard_test(fleet/contract_test.cpp LIBS controller_fleet LABELS docker)
set_tests_properties(fleet.contract_test PROPERTIES RESOURCE_LOCK docker_engine)
add_dependencies(fleet.contract_test flowyard-worker)
target_compile_definitions(fleet.contract_test PRIVATE FLOWYARD_WORKER_PROGRAM="$<TARGET_FILE:flowyard-worker>")
