/** The version of node-llama-cpp that Realm is compared with. */
export const peerVersion = '3.22.1'
