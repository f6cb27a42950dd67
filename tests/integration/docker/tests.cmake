# Against the Docker Engine of this machine, one program at a time: they share its image cache and 2 cores.
foreach(subject attachments container_create container_life container_logs events images)
  flowyard_test(docker/${subject}_test.cpp LIBS docker_test_support LABELS docker)
  set_tests_properties(docker.${subject}_test PROPERTIES RESOURCE_LOCK docker_engine)
endforeach()

# Against a scripted one, for what a real one does not do when asked.
flowyard_test(docker/scripted_calls_test.cpp LIBS docker_test_support)
flowyard_test(docker/scripted_streams_test.cpp LIBS docker_test_support)
flowyard_test(docker/tls_engine_test.cpp LIBS docker common_tls)
