"""What Kubernetes does with the rendered manifests, on one machine and without a cluster.

Of the kubelet: it starts the command that a pod's container names, with its environment and its files, asks its probes with
their periods and thresholds, restarts what they condemn, and ends it: out of the endpoints, preStop, SIGTERM, grace, SIGKILL.
Of the Deployment's controller: so many pods, and one after the other replaced, as `strategy` and `minReadySeconds` say. Of
the edge: a real Envoy that is told the endpoints.

Not played: images, users, limits of memory, scheduling, networks, restarts with a growing pause.
"""
